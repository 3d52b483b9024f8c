"""End the process with os._exit in the middle of the notebook."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os

os._exit(0)
"""


def submission(released):
    return hand_in(released, pad_images=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
