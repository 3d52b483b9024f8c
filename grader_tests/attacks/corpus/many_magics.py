"""Hand in a cell of six hundred magic commands, each of which makes IPython read the cell again."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"


def submission(released):
    return hand_in(released, last="!true\n" * 600, relu_forward=RELU, count_parameters=PARAMETERS)
