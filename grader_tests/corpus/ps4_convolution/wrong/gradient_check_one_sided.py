"""A step to one side only: the error is of the order of the step."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"gradient_check": 4}
VISIBLE = True


def gradient_check(forward, backward, x, dy, v, step=1e-5):
    slope = (forward(x + step * v) - forward(x)) / step
    a, b = np.sum(dy * slope), np.sum(backward(dy, x) * v)
    return abs(a - b) / max(abs(a), abs(b), 1e-300)


judge = judge_with(gradient_check)
