"""True convolution: the kernel is flipped before it is laid down."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_forward": 3}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    return reference.conv2d_forward(x, weight[::-1, ::-1], bias, stride, padding)
