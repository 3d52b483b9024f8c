"""A filter of its own for every pixel: no weight is shared."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"count_parameters": 2}
VISIBLE = True


def count_parameters(height, width):
    features = (height // 4) * (width // 4) * 24
    return (
        height * width * 10 * 12,
        (height // 2) * (width // 2) * (9 * 12 + 1) * 24,
        (features + 1) * 64,
        65,
    )
