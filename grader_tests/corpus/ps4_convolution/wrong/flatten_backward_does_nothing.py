"""Nothing is computed in forward, so nothing is done in backward."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"flatten": 2}
VISIBLE = True


def flatten_backward(dy, x):
    return dy
