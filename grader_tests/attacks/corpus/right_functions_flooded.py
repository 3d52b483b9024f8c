"""Ask for right functions without end, with the largest arguments and from within each other."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
ENDLESS = """\
def conv2d_forward(x, weight, bias, stride=1, padding=0):
    while True:
        pad_images(x, 1)
"""
HUGE = """\
def conv2d_backward(dy, x, weight, stride=1, padding=0):
    return pad_images(np.ones((1, 9000, 900, 1)), 10**5)
"""
POOL = """\
def maxpool_forward(x, size=2):
    pad_images(maxpool_forward(x, size), 1)
"""


def submission(released):
    return hand_in(
        released,
        conv2d_forward=ENDLESS,
        conv2d_backward=HUGE,
        relu_forward=RELU,
        maxpool_forward=POOL,
        count_parameters=PARAMETERS,
    )
