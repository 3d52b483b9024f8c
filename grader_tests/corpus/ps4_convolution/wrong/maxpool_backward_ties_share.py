"""The largest pixels share dy: a good rule, but not the one agreed on."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 3}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    tiles = windows(x, size)
    winners = tiles == tiles.max(axis=-1, keepdims=True)
    share = winners / winners.sum(axis=-1, keepdims=True)
    return spread(share * dy[..., None], x, size)
