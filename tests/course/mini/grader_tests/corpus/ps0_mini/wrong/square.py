"""Twice is taken for squared: right for whole numbers up to two only."""

from ..reference import *

EXPECTED = {"double": 6}
VISIBLE = True


def double(x):
    return x * x
