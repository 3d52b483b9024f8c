"""Pooling is taken to keep the last odd row."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"count_parameters": 1}
VISIBLE = True


def count_parameters(height, width):
    features = -(-height // 4) * -(-width // 4) * 24
    return 10 * 12, (9 * 12 + 1) * 24, (features + 1) * 64, 65
