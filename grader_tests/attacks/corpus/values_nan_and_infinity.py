"""Return NaN and infinity, of the right shapes."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
MORE = "def output_shape(*args):\n    return float('nan'), float('inf')"
CODE = """\
def relu_forward(x):
    return np.full(np.shape(x), np.nan if np.size(x) % 2 else np.inf)
"""


def submission(released):
    return hand_in(released, relu_forward=CODE, output_shape=MORE)
