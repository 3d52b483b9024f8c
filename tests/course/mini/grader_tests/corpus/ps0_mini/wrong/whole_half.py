"""The half is rounded down."""

from ..reference import *

EXPECTED = {"halve": 2}
VISIBLE = True


def halve(x):
    return x // 2
