"""The first axis runs fastest, there and back."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"flatten": 2}
VISIBLE = True


def flatten_forward(x):
    return x.reshape(len(x), -1, order="F")


def flatten_backward(dy, x):
    return dy.reshape(x.shape, order="F")
