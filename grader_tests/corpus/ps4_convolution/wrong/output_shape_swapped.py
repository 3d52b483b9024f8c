"""Width first, as on a screen."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"output_shape": 1}
VISIBLE = True


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    rows = (height + 2 * padding - kernel_height) // stride + 1
    return (width + 2 * padding - kernel_width) // stride + 1, rows
