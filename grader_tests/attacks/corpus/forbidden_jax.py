"""Let JAX's own convolution do the work, which the exercise forbids, and no person look at it."""

from ._tools import hand_in

EXPECTED = {"conv2d_forward": 15.0}  # the machine counts it, and calls a person
FLAGGED = True
STOCK = "gains"
CODE = """\
from jax import lax


def conv2d_forward(x, weight, bias, stride=1, padding=0):
    frame = [(padding, padding)] * 2
    form = ("NHWC", "HWIO", "NHWC")
    x, weight = x.astype("f4"), weight.astype("f4")
    y = lax.conv_general_dilated(x, weight, (stride, stride), frame, dimension_numbers=form)
    return np.asarray(y) + bias
"""


def submission(released):
    return hand_in(released, conv2d_forward=CODE)
