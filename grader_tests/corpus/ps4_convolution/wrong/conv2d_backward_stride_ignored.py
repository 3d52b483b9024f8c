"""Output pixel w is taken to come from window w, whatever the stride."""

from grader_tests.corpus.ps4_convolution import reference
from grader_tests.corpus.ps4_convolution.reference import *

EXPECTED = {"conv2d_backward": 3}
VISIBLE = True


def conv2d_backward(dy, x, weight, stride=1, padding=0):
    return reference.conv2d_backward(dy, x, weight, 1, padding)
