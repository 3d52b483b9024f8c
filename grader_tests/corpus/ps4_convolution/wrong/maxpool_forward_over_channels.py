"""The largest over all channels, for each of them."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 1}
VISIBLE = True


def maxpool_forward(x, size=2):
    y = windows(x, size).max(axis=-1)
    return np.broadcast_to(y.max(axis=3, keepdims=True), y.shape)
