"""Change the arguments in place, so that the comparison has nothing left to compare with."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
MORE = """\
def relu_backward(dy, x):
    dy[...] = 0
    return dy
"""
CODE = """\
def relu_forward(x):
    x[...] = -1
    return np.zeros(np.shape(x))
"""


def submission(released):
    return hand_in(released, relu_forward=CODE, relu_backward=MORE)
