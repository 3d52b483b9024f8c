"""Only positive dy may pass, as in guided backpropagation."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_backward": 2}
VISIBLE = True


def relu_backward(dy, x):
    return np.where((x > 0) & (dy > 0), dy, 0)
