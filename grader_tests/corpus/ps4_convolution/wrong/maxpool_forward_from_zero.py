"""The search for the largest begins at zero."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 1}
VISIBLE = True


def maxpool_forward(x, size=2):
    return np.maximum(windows(x, size).max(axis=-1), 0)
