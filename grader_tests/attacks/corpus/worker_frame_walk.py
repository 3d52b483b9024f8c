"""Walk up the frames of the caller and change every flag and number found there."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
CODE = """\
import ctypes
import sys


def relu_forward(x):
    frame = sys._getframe().f_back
    while frame:
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, dict):
                value.update({key: True for key in ("ok", "passed") if key in value})
            elif type(value) is bool:
                frame.f_locals[name] = True
            elif name in ("points", "gained", "score"):
                frame.f_locals[name] = 3.0
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
        frame = frame.f_back
    return 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
