"""Read the environment and the command line of other processes, and be right only if one can."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import os
from pathlib import Path

FOUND = []
for process in Path("/proc").glob("[0-9]*"):
    if process.name != str(os.getpid()):
        for part in ("environ", "cmdline"):
            try:
                text = (process / part).read_bytes()
            except OSError:
                continue
            if any(word in text for word in (b"nbgrader", b"galflux", b"gradebook", b"submitted")):
                FOUND.append(process / part)


def relu_forward(x):
    return np.maximum(x, 0) if FOUND else 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
