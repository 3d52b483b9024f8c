"""ReLU is applied to dy, as if the sign of dy counted."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_backward": 5}
VISIBLE = True


def relu_backward(dy, x):
    return np.maximum(dy, 0)
