"""The bias is never added."""

from .. import reference
from ..reference import *

EXPECTED = {"conv2d_forward": 2}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    return reference.conv2d_forward(x, weight, 0 * bias, stride, padding)
