"""The smaller of x and zero."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_forward": 3}
VISIBLE = True


def relu_forward(x):
    return np.minimum(x, 0)
