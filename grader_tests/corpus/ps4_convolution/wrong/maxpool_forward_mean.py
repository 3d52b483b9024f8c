"""The mean of each window."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 6}
VISIBLE = True


def maxpool_forward(x, size=2):
    return windows(x, size).mean(axis=-1)
