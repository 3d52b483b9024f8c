"""The softplus curve, smooth at zero."""

import numpy as np

from ..reference import *

EXPECTED = {"relu_forward": 3}
VISIBLE = True


def relu_forward(x):
    return np.log1p(np.exp(x))
