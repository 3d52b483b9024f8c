"""The size of the picture is not read: 24 x 35 x 35, always."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"count_parameters": 1}
VISIBLE = False


def count_parameters(height, width):
    features = 24 * 35 * 35
    return 10 * 12, (9 * 12 + 1) * 24, (features + 1) * 64, 65
