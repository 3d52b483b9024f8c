"""The backward pass of mean-pooling."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_backward": 10}
VISIBLE = True


def maxpool_backward(dy, x, size=2):
    tiles = windows(x, size)
    return spread(np.broadcast_to(dy[..., None] / size**2, tiles.shape), x, size)
