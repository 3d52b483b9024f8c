"""Windows move on by one pixel instead of lying side by side."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 6}
VISIBLE = True


def maxpool_forward(x, size=2):
    rows, columns = x.shape[1] - size + 1, x.shape[2] - size + 1
    shifted = [x[:, i : i + rows, j : j + columns] for i in range(size) for j in range(size)]
    return np.max(shifted, axis=0)
