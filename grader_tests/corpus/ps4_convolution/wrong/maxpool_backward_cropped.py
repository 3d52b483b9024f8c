"""dx has the shape of what the windows cover, not of x."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 2}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    rows, columns = dy.shape[1] * size, dy.shape[2] * size
    return reference.maxpool_backward(dy, x, size)[:, :rows, :columns]
