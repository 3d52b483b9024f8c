"""End the process in every function but two, in the hope that the grader gives up before those."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os


def cheat(*args, **kwargs):
    os._exit(1)
"""


def submission(released):
    return hand_in(
        released, first=CODE, every="cheat", relu_forward=RELU, count_parameters=PARAMETERS
    )
