"""The loops end one window early."""

from .. import reference
from ..reference import *

EXPECTED = {"conv2d_forward": 13}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    y = reference.conv2d_forward(x, weight, bias, stride, padding)
    y[:, -1] = 0
    y[:, :, -1] = 0
    return y
