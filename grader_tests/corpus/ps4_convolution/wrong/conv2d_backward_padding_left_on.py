"""The padding is not cut off dx."""

from .. import reference
from ..reference import *

EXPECTED = {"conv2d_backward": 5}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    padded = pad_images(x, padding)
    return reference.conv2d_backward(dy, padded, weight, stride)
