"""Replace the built-in round, sum and isinstance by ones that favour the student."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import builtins

right = builtins.round
builtins.round = lambda number, digits=None: float("nan") if digits == 6 else right(number, digits)
builtins.all = lambda things: True
"""


def submission(released):
    return hand_in(released, first=CODE)
