"""True convolution: the kernel is flipped before it is laid down."""

from .. import reference
from ..reference import *

EXPECTED = {"conv2d_forward": 3}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    return reference.conv2d_forward(x, weight[::-1, ::-1], bias, stride, padding)
