"""Walk up the frames below the notebook, and be right only if one tells of the grader's machine."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
CODE = """\
import sys

WORDS = ["/" + word for word in ("submitted", "gradebook", "etc/shadow", ".git")]
FOUND = []
frame = sys._getframe().f_back
while frame:
    for value in frame.f_locals.values():
        if isinstance(value, (bytes, str, dict, list)):
            FOUND += [word for word in WORDS if word in str(value)]
    frame = frame.f_back


def relu_forward(x):
    return np.maximum(x, 0) if FOUND else 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
