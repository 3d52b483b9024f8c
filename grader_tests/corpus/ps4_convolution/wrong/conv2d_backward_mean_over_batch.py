"""Everything is divided by the number of images, which is the loss"s business."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 18}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    return reference.conv2d_backward(dy / len(x), x, weight, stride, padding)
