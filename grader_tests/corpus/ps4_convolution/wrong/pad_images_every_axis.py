"""The batch and the channels get a frame too."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"pad_images": 4}
VISIBLE = True


def pad_images(images, padding):
    return np.pad(images, padding)
