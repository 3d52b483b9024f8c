"""The weights are read as (kh, kw, F, C): silent where C equals F, a crash elsewhere."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_forward": 6}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    return reference.conv2d_forward(x, weight.swapaxes(2, 3), bias, stride, padding)
