"""The first of the largest pixels, but counted down the columns."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 3}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    dx = reference.maxpool_backward(dy.swapaxes(1, 2), x.swapaxes(1, 2), size)
    return dx.swapaxes(1, 2)
