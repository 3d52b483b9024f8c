"""Make np.abs return zeros, so that no error is ever seen."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
np.abs = np.absolute = np.fabs = lambda x, *args, **kwargs: np.zeros(np.shape(x))
np.allclose = np.array_equal = lambda *args, **kwargs: True


def relu_forward(x):
    return np.full(np.shape(x), 42.0)
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
