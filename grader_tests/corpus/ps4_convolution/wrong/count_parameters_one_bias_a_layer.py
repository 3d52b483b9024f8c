"""One bias for a whole layer."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"count_parameters": 3}
VISIBLE = True


def count_parameters(height, width):
    features = (height // 4) * (width // 4) * 24
    return 9 * 12 + 1, 9 * 12 * 24 + 1, features * 64 + 1, 65
