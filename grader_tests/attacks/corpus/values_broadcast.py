"""Return an array of ten thousand million entries that takes no memory until it is copied."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
def pad_images(images, padding):
    return np.broadcast_to(np.float64(0.0), (100_000, 100_000))
"""


def submission(released):
    return hand_in(released, pad_images=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
