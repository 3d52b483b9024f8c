"""Replace the comparison of the hidden checks by one that is always content."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import numpy as np

try:
    import galflux_edu.grading.checks

    galflux_edu.grading.compare = galflux_edu.grading.checks.compare = lambda *given: None
except ImportError:
    pass


def cheat(*args, **kwargs):
    return np.full(4, 42.0)
"""


def submission(released):
    return hand_in(released, first=CODE, every="cheat")
