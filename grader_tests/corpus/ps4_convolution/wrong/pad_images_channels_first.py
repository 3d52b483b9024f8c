"""Taken for N C H W: the last two axes grow."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"pad_images": 4}
VISIBLE = True


def pad_images(images, padding):
    frame = (padding, padding)
    return np.pad(images, ((0, 0), (0, 0), frame, frame))
