"""The padding is not cut off dx."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 5}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    padded = pad_images(x, padding)
    return reference.conv2d_backward(dy, padded, weight, stride)
