"""Weights only."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"count_parameters": 4}
VISIBLE = True


def count_parameters(height, width):
    features = (height // 4) * (width // 4) * 24
    return 9 * 12, 9 * 12 * 24, features * 64, 64
