"""Return a list, and a tuple, whose items never end."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
import time


class Endless(list):
    def __iter__(self):
        while True:
            time.sleep(0.01)
            yield 1

    def __len__(self):
        return 2


def output_shape(*args, **kwargs):
    return Endless([1, 1])
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
