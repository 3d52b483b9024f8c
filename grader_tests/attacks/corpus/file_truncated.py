"""Hand in the first half of a file."""

from ._tools import RELU, hand_in

EXPECTED = {}
STOCK = "fails"


def submission(released):
    content = hand_in(released, relu_forward=RELU)
    return content[: len(content) // 2]
