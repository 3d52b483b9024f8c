"""The pixel of the largest absolute value."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"maxpool_forward": 1}
VISIBLE = True


def maxpool_forward(x, size=2):
    tiles = windows(x, size)
    winner = np.argmax(np.abs(tiles), axis=-1)[..., None]
    return np.take_along_axis(tiles, winner, axis=-1)[..., 0]
