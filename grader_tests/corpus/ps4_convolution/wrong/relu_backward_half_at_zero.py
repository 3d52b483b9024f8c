"""The slope at zero is taken as a half."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_backward": 1}
VISIBLE = True


def relu_backward(dy, x):
    return dy * np.heaviside(x, 0.5)
