"""The stride does not enter the shape."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"output_shape": 2}
VISIBLE = True


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    rows = height + 2 * padding - kernel_height + 1
    return rows, width + 2 * padding - kernel_width + 1
