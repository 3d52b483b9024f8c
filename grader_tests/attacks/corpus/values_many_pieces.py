"""Return a list of a million arrays, and a list nested ten thousand deep."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
MORE = """\
def conv2d_backward(*args, **kwargs):
    nested = 1.0
    for _ in range(10_000):
        nested = [nested]
    return nested
"""
CODE = """\
def output_shape(*args, **kwargs):
    return [np.zeros(1)] * 1_000_000
"""


def submission(released):
    return hand_in(
        released,
        output_shape=CODE,
        conv2d_backward=MORE,
        relu_forward=RELU,
        count_parameters=PARAMETERS,
    )
