"""Divided by the step, though the two points are two steps apart."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"gradient_check": 6}
VISIBLE = True


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    slope = (forward(x + step * v) - forward(x - step * v)) / step
    a, b = np.sum(dy * slope), np.sum(backward(dy, x) * v)
    return abs(a - b) / max(abs(a), abs(b), 1e-300)


judge = judge_with(gradient_check)
