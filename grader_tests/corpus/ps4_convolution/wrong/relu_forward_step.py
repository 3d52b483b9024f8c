"""Yes or no instead of how much."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_forward": 2}
VISIBLE = True


def relu_forward(x):
    return np.where(x > 0, 1.0, 0.0)
