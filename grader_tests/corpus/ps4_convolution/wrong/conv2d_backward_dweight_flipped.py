"""The kernel is flipped in dweight, where it must not be."""

from .. import reference
from ..reference import *

EXPECTED = {"conv2d_backward": 9}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    dx, dweight, dbias = reference.conv2d_backward(dy, x, weight, stride, padding)
    return dx, dweight[::-1, ::-1], dbias
