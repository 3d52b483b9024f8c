"""A window that hangs over the edge is counted: rounded up instead of down."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"output_shape": 2}
VISIBLE = True


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    rows = -(-(height + 2 * padding - kernel_height) // stride) + 1
    return rows, -(-(width + 2 * padding - kernel_width) // stride) + 1
