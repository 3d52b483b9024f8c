"""The derivatives come in another order than asked for."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 20}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    dx, dweight, dbias = reference.conv2d_backward(dy, x, weight, stride, padding)
    return dweight, dbias, dx
