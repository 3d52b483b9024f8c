"""The gap is a difference, not a ratio."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"gradient_check": 4}
VISIBLE = True


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    slope = (forward(x + step * v) - forward(x - step * v)) / (2 * step)
    a, b = np.sum(dy * slope), np.sum(backward(dy, x) * v)
    return abs(a - b)


judge = judge_with(gradient_check)
