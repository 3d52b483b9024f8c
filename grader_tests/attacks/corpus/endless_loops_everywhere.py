"""Never return from any function but two, in the hope that the grader's patience costs those."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import time


def cheat(*args, **kwargs):
    while True:
        time.sleep(1)
"""


def submission(released):
    return hand_in(
        released, first=CODE, every="cheat", relu_forward=RELU, count_parameters=PARAMETERS
    )
