"""The largest value itself is put back, not its derivative."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 10}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    return reference.maxpool_backward(maxpool_forward(x, size), x, size)
