"""Read from address zero."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import ctypes


def output_shape(*args, **kwargs):
    ctypes.string_at(0)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
