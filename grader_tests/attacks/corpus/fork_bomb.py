"""Fork as fast as the system allows."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the machine with processes"
CODE = """\
import os


def output_shape(*args, **kwargs):
    while True:
        try:
            os.fork()
        except OSError:
            pass
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
