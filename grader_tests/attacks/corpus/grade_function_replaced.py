"""Replace the function that grades a cell by one that gives full points."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import sys

try:
    import galflux_edu.grading

    galflux_edu.grading.grade = lambda *question: sys.displayhook(float("nan"))
except ImportError:
    pass
"""


def submission(released):
    return hand_in(released, first=CODE)
