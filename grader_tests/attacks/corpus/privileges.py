"""Become root, trace another process, or write to the system, and be right only if one can."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "unsafe: it would write to the system's folders"
CODE = """\
import os
from pathlib import Path

FOUND = []
for name in ("/etc/galflux-was-here", "/usr/galflux-was-here", "/galflux-was-here"):
    try:
        Path(name).touch()
        FOUND.append(name)
    except OSError:
        pass
try:
    os.setuid(0 if os.getuid() else 12345)
    FOUND.append("uid")
except OSError:
    pass


def relu_forward(x):
    return np.maximum(x, 0) if FOUND else 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
