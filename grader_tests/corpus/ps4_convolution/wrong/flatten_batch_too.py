"""The batch is flattened too: one row for all images."""

from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"flatten": 2}
VISIBLE = True


def flatten_forward(x):
    return x.reshape(-1)
