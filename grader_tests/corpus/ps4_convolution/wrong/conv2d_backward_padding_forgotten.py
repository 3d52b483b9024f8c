"""Windows are cut from the picture without its frame, and dx is shifted with them."""

import numpy as np

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 3}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    height, width = x.shape[1:3]
    below_and_right = ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0))
    x = np.pad(x, below_and_right)
    dx, dweight, dbias = reference.conv2d_backward(dy, x, weight, stride)
    return dx[:, :height, :width], dweight, dbias
