"""The output is believed to be as large as the input over the stride, whatever the padding."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"output_shape": 5}
VISIBLE = True


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    rows = -(-height // stride)
    return rows, -(-width // stride)
