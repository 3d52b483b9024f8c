"""Only above and below, not left and right."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"pad_images": 4}
VISIBLE = True


def pad_images(images, padding):
    return np.pad(images, ((0, 0), (padding, padding), (0, 0), (0, 0)))
