"""Keep a function that stands in for an earlier one, and call it in a cell and in a later question."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
kept = []


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    kept.append(pad_images)
    return 0 * x


def use(name, *args):
    return kept[-1].func.__self__._ask(name, *args)
"""
POOL = """\
def maxpool_forward(x, size=2):
    return use("maxpool_forward", x, size)


try:
    print(use("maxpool_forward", np.ones((1, 4, 4, 1)), 2))
except Exception:
    pass
"""


def submission(released):
    return hand_in(
        released,
        conv2d_forward=CODE,
        relu_forward=RELU,
        maxpool_forward=POOL,
        count_parameters=PARAMETERS,
    )
