"""Cut off above one as well."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"relu_forward": 2}
VISIBLE = True


def relu_forward(x):
    return np.clip(x, 0, 1)
