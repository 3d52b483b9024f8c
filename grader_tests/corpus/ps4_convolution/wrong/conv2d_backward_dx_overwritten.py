"""Where windows overlap the last one wins: = where += was needed."""

import numpy as np

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 9}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    kh, kw = weight.shape[:2]
    dx = pad_images(0 * x, padding)
    for h, w in np.ndindex(dy.shape[1:3]):
        rows = slice(h * stride, h * stride + kh)
        columns = slice(w * stride, w * stride + kw)
        dx[:, rows, columns] = np.tensordot(dy[:, h, w], weight, axes=(1, 3))
    height, width = x.shape[1:3]
    dx = dx[:, padding : padding + height, padding : padding + width]
    _, dweight, dbias = reference.conv2d_backward(dy, x, weight, stride, padding)
    return dx, dweight, dbias
