"""Stride is an argument that nobody reads."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_forward": 5}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    return reference.conv2d_forward(x, weight, bias, 1, padding)
