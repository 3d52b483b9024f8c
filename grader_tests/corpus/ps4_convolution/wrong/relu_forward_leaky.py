"""A leaky ReLU: a hundredth of what is negative comes through."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_forward": 2}
VISIBLE = True


def relu_forward(x):
    return np.where(x > 0, x, 0.01 * x)
