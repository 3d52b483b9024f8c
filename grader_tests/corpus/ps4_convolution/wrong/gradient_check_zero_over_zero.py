"""Where both numbers are zero it divides by zero."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"gradient_check": 1}
VISIBLE = True


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    slope = (forward(x + step * v) - forward(x - step * v)) / (2 * step)
    a, b = np.sum(dy * slope), np.sum(backward(dy, x) * v)
    return float(abs(a - b)) / float(max(abs(a), abs(b)))


judge = judge_with(gradient_check)
