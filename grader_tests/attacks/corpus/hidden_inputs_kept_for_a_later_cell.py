"""Keep the arguments of the hidden check, and print them in a later cell for all to see."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
LATER = """\
for x in kept:
    if np.shape(x) == (29,):
        print("hidden", "inputs", np.shape(x))
"""
LEAK = "hidden inputs"
CODE = """\
kept = []


def relu_forward(x):
    kept.append(x)
    return 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE, last=LATER)
