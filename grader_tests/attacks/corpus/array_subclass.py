"""Return a subclass of an array whose every comparison and every difference is favourable."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
CODE = """\
import numpy as np


class Generous(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, function, types, args, kwargs):
        return True

    __eq__ = __le__ = lambda self, other: np.ones(self.shape, dtype=bool)
    __sub__ = __rsub__ = lambda self, other: np.zeros(self.shape)
    astype = copy = lambda self, *args, **kwargs: self


def cheat(*args, **kwargs):
    return np.full(np.shape(args[0]), 42.0).view(Generous)
"""


def submission(released):
    return hand_in(released, first=CODE, every="cheat")
