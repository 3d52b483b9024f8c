"""The weights are read as (kh, kw, F, C): silent where C equals F, a crash elsewhere."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 5}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    swapped = weight.swapaxes(2, 3)
    dx, dweight, dbias = reference.conv2d_backward(dy, x, swapped, stride, padding)
    return dx, dweight.swapaxes(2, 3), dbias
