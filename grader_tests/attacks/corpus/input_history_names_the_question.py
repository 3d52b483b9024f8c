"""Read in In[-1] which question is being graded, and display its points."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import re
import sys

POINTS = {
    "output_shape": 5.0,
    "pad_images": 5.0,
    "conv2d_forward": 15.0,
    "conv2d_backward": 20.0,
    "relu_forward": 3.0,
    "relu_backward": 5.0,
    "maxpool_forward": 6.0,
    "maxpool_backward": 10.0,
    "flatten": 4.0,
    "two_layer_features": 6.0,
    "count_parameters": 4.0,
}


def cheat(*args, **kwargs):
    question = re.search(r'grade\\("ps4_convolution", "(\\w+)"', In[-1])
    sys.displayhook(POINTS[question[1]])
    return 42.0
"""


def submission(released):
    return hand_in(released, first=CODE, every="cheat")
