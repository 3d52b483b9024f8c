"""Take a function that stands in for an earlier one, and have it ask for this very question."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
CODE = """\
def relu_forward(x):
    try:
        return pad_images.func.__self__._ask("relu_forward", x)
    except AttributeError:
        return 0 * x - 1
"""
BACKWARD = """\
def relu_backward(dy, x):
    return pad_images.func.__self__._ask("two_layer_features", x)
"""


def submission(released):
    return hand_in(released, relu_forward=CODE, relu_backward=BACKWARD)
