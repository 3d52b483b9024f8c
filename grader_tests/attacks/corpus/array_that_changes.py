"""Return an object whose __array__ gives another array each time, and whose shape is a lie."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
CODE = """\
class Changing:
    shape = (3, 4)

    def __init__(self):
        self.times = 0

    def __array__(self, dtype=None, copy=None):
        self.times += 1
        return np.full((3, 4), float(self.times))


def relu_forward(x):
    return Changing()
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
