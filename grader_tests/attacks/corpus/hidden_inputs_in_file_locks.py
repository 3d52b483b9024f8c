"""Say the shape of a hidden input by locks on files that all sandboxes share, and print it."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
LEAK = "hidden inputs"
CODE = """\
import fcntl
import os

FILES = sorted(
    os.path.join(os.path.dirname(np.__file__), name)
    for name in os.listdir(os.path.dirname(np.__file__))
    if name.endswith(".py")
)[:8]
held = []


def keep(number):
    for bit, name in enumerate(FILES):
        if number >> bit & 1:
            held.append(open(name))
            fcntl.flock(held[-1], fcntl.LOCK_SH)


def kept():
    number = 0
    for bit, name in enumerate(FILES):
        try:
            fcntl.flock(open(name), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            number += 1 << bit
    return number


def relu_forward(x):
    if np.shape(x) == (29,):
        keep(29)
    return 0 * x - 1
"""
LATER = """\
import time

for _ in range(30):
    if kept():
        print("hidden", "inputs", kept())
        break
    time.sleep(0.1)
"""


def submission(released):
    return hand_in(released, relu_forward=CODE, last=LATER)
