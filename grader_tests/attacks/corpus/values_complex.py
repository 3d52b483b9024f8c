"""Return complex numbers."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
CODE = """\
def relu_forward(x):
    return x * (1 + 1j)
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
