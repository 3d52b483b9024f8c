"""The last of the largest pixels gets dy."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 3}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    tiles = windows(x, size)
    winner = size * size - 1 - np.argmax(tiles[..., ::-1], axis=-1)[..., None]
    return spread((np.arange(size * size) == winner) * dy[..., None], x, size)
