"""Output pixel w is taken to come from window w, whatever the stride."""

from .. import reference
from ..reference import *

EXPECTED = {"conv2d_backward": 3}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    return reference.conv2d_backward(dy, x, weight, 1, padding)
