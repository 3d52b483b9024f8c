"""The smaller of x and zero."""

import numpy as np

from ..reference import *

EXPECTED = {"relu_forward": 3}
VISIBLE = True


def relu_forward(x):
    return np.minimum(x, 0)
