"""Return ragged lists."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
MORE = "def conv2d_backward(*args, **kwargs):\n    return [[1], 2], {3: 4}, {5}"
CODE = """\
def relu_forward(x):
    return [[1.0, 2.0], [3.0], [[4.0]]]
"""


def submission(released):
    return hand_in(released, relu_forward=CODE, conv2d_backward=MORE)
