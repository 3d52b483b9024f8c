"""Return arrays of no entries but huge shapes, of 32 axes, and of numbers too long and too short."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
MORE = "def pad_images(images, padding):\n    return np.zeros((1,) * 32)"
REST = "def maxpool_forward(x, size=2):\n    return np.zeros((4, 4, 3, 1), dtype=np.longdouble)"
CODE = """\
def output_shape(*args, **kwargs):
    return np.zeros((0, 2**40)), np.zeros((2**20, 0, 2**20), dtype=np.float16)
"""


def submission(released):
    return hand_in(
        released,
        output_shape=CODE,
        pad_images=MORE,
        maxpool_forward=REST,
        relu_forward=RELU,
        count_parameters=PARAMETERS,
    )
