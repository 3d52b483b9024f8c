"""The shape knows of the stride, the places of the windows do not."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_forward": 3}
VISIBLE = True


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    kh, kw = weight.shape[:2]
    rows, columns = output_shape(*x.shape[1:3], kh, kw, stride, padding)
    return reference.conv2d_forward(x, weight, bias, 1, padding)[:, :rows, :columns]
