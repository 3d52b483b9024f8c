"""The bias is summed over the pixels only, not over the images."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 6}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    dx, dweight, _ = reference.conv2d_backward(dy, x, weight, stride, padding)
    return dx, dweight, dy.sum(axis=(1, 2))
