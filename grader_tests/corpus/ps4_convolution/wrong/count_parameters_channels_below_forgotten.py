"""A filter of the second convolution is taken to look at one channel."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"count_parameters": 1}
VISIBLE = True


def count_parameters(height, width):
    features = (height // 4) * (width // 4) * 24
    return 10 * 12, 10 * 24, (features + 1) * 64, 65
