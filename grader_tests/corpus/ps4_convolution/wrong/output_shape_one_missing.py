"""The fence-post mistake: the first place of the window is not counted."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"output_shape": 5}
VISIBLE = True


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    rows = (height + 2 * padding - kernel_height) // stride
    return rows, (width + 2 * padding - kernel_width) // stride
