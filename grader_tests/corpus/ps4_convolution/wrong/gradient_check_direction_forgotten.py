"""What backward claims is added up without the direction."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"gradient_check": 7}
VISIBLE = True


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    slope = (forward(x + step * v) - forward(x - step * v)) / (2 * step)
    a, b = np.sum(dy * slope), np.sum(backward(dy, x))
    return abs(a - b) / max(abs(a), abs(b), 1e-300)


judge = judge_with(gradient_check)
