"""The output comes as N F H W."""

import numpy as np

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_forward": 15}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    return np.moveaxis(reference.conv2d_forward(x, weight, bias, stride, padding), 3, 1)
