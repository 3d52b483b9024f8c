"""Return arrays of objects, strings, dates, bytes and records."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
MORE = "def output_shape(*args):\n    return '5', b'7'"
REST = "def maxpool_forward(x, size=2):\n    return np.zeros(3, dtype=[('a', 'f8'), ('b', 'O')])"
CODE = """\
def relu_forward(x):
    return np.full(np.shape(x), object())
"""


def submission(released):
    return hand_in(released, relu_forward=CODE, output_shape=MORE, maxpool_forward=REST)
