"""What fills no whole window makes a window all the same."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 2}
VISIBLE = True


def maxpool_forward(x, size=2):
    rows, columns = -x.shape[1] % size, -x.shape[2] % size
    frame = ((0, 0), (0, rows), (0, columns), (0, 0))
    return windows(np.pad(x, frame, constant_values=-np.inf), size).max(axis=-1)
