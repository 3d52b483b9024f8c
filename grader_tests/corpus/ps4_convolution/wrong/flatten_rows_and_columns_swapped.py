"""Column by column, there and back."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"flatten": 2}
VISIBLE = True


def flatten_forward(x):
    return x.swapaxes(1, 2).reshape(len(x), -1)


def flatten_backward(dy, x):
    return dy.reshape(len(x), x.shape[2], x.shape[1], x.shape[3]).swapaxes(1, 2)
