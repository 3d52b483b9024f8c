"""Close every descriptor of the process, the grader's too."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os


def output_shape(*args, **kwargs):
    os.closerange(0, 4096)
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
