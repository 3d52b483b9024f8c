"""Return a generator that never ends."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
import itertools


def output_shape(*args, **kwargs):
    return (n for n in itertools.count())
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
