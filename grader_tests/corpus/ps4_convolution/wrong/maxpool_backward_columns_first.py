"""The first of the largest pixels, but counted down the columns."""

from .. import reference
from ..reference import *

EXPECTED = {"maxpool_backward": 3}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    dx = reference.maxpool_backward(dy.swapaxes(1, 2), x.swapaxes(1, 2), size)
    return dx.swapaxes(1, 2)
