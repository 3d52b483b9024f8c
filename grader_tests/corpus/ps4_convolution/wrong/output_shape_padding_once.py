"""Padding is taken for the sum of both sides."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"output_shape": 1}
VISIBLE = True


def output_shape(height, width, kernel_height, kernel_width, stride=1, padding=0):
    rows = (height + padding - kernel_height) // stride + 1
    return rows, (width + padding - kernel_width) // stride + 1
