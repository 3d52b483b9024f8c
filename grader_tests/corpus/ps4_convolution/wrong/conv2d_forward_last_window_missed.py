"""The loops end one window early."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_forward": 13}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    y = reference.conv2d_forward(x, weight, bias, stride, padding)
    y[:, -1] = 0
    y[:, :, -1] = 0
    return y
