"""Return an object that is equal to everything, near everything and has every shape."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
CODE = """\
import numpy as np


class Liar:
    shape, ndim, size, dtype = (), 0, 1, np.dtype("f8")
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __hash__ = None
    __float__ = __abs__ = lambda self: 42.0
    __int__ = __index__ = lambda self: 0
    __sub__ = __rsub__ = __add__ = lambda self, other: 0.0
    __array_priority__ = 1e9

    def __array__(self, dtype=None, copy=None):
        return np.array(42.0)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.array(42.0)


def cheat(*args, **kwargs):
    return Liar()
"""


def submission(released):
    return hand_in(released, first=CODE, every="cheat")
