"""Twice is taken for two more."""

from ..reference import *

EXPECTED = {"double": 6}
VISIBLE = True


def double(x):
    return x + 2
