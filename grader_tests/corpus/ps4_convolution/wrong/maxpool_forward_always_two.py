"""The size is an argument that nobody reads."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 1}
VISIBLE = False


def maxpool_forward(x, size=2):
    return windows(x, 2).max(axis=-1)
