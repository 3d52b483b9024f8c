"""All zeros go below and to the right, none above and to the left."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"pad_images": 3}
VISIBLE = True


def pad_images(images, padding):
    return np.pad(images, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0)))
