"""The winner of the first channel wins in every channel."""

import numpy as np

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 1}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    first = np.broadcast_to(x[..., :1], x.shape)
    return reference.maxpool_backward(dy, first, size)
