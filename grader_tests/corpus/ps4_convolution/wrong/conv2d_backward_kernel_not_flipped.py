"""Slides the kernel over dy without flipping it, so that dx sees it the wrong way round."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 5}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    flipped = weight[::-1, ::-1]
    dx, _, _ = reference.conv2d_backward(dy, x, flipped, stride, padding)
    _, dweight, dbias = reference.conv2d_backward(dy, x, weight, stride, padding)
    return dx, dweight, dbias
