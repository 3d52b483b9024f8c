"""The mean of each window instead of the sum."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_forward": 10}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    kh, kw = weight.shape[:2]
    return reference.conv2d_forward(x, weight / (kh * kw), bias, stride, padding)
