"""Every largest pixel gets the whole of dy: ties multiply the gradient."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 3}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    tiles = windows(x, size)
    winners = tiles == tiles.max(axis=-1, keepdims=True)
    return spread(winners * dy[..., None], x, size)
