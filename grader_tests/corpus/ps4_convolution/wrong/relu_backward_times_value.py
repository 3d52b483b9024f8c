"""dy times the output instead of times the slope."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_backward": 2}
VISIBLE = True


def relu_backward(dy, x):
    return dy * np.maximum(x, 0)
