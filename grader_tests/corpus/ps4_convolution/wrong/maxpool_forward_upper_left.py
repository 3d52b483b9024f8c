"""Every window keeps its upper left pixel: thinned out, not pooled."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 6}
VISIBLE = True


def maxpool_forward(x, size=2):
    return windows(x, size)[..., 0]
