"""The frame repeats the edge of the picture instead of being zero."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"pad_images": 1}
VISIBLE = True


def pad_images(images, padding):
    frame = (padding, padding)
    return np.pad(images, ((0, 0), frame, frame, (0, 0)), mode="edge")
