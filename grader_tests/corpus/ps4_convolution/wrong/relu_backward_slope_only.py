"""The slope alone: what came from above is lost."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_backward": 2}
VISIBLE = True


def relu_backward(dy, x):
    return np.where(x > 0, 1.0, 0.0)
