"""Return whole numbers of a million digits."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
def output_shape(*args, **kwargs):
    return 10**1_000_000, -(10**6000)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
