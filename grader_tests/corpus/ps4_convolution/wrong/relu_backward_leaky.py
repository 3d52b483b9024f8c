"""The slope of a leaky ReLU."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_backward": 2}
VISIBLE = True


def relu_backward(dy, x):
    return np.where(x > 0, dy, 0.01 * dy * (x < 0))
