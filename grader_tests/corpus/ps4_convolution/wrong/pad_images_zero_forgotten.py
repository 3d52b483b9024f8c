"""A slice up to minus zero is empty: without padding it fails."""

import numpy as np

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"pad_images": 1}
VISIBLE = True


def pad_images(images, padding):
    n, height, width, channels = images.shape
    padded = np.zeros((n, height + 2 * padding, width + 2 * padding, channels))
    padded[:, padding:-padding, padding:-padding] = images
    return padded
