"""The order of N C H W, there and back."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"flatten": 2}
VISIBLE = True


def flatten_forward(x):
    return np.moveaxis(x, 3, 1).reshape(len(x), -1)


def flatten_backward(dy, x):
    return np.moveaxis(dy.reshape(len(x), x.shape[3], *x.shape[1:3]), 1, 3)
