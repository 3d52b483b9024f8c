"""dx has the shape of what the windows cover, not of x."""

from .. import reference
from ..reference import *

EXPECTED = {"maxpool_backward": 2}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    rows, columns = dy.shape[1] * size, dy.shape[2] * size
    return reference.maxpool_backward(dy, x, size)[:, :rows, :columns]
