"""Unflattened into N C H W."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"flatten": 2}
VISIBLE = True


def flatten_backward(dy, x):
    n, height, width, channels = x.shape
    return dy.reshape(n, channels, height, width)
