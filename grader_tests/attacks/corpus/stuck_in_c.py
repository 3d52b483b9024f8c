"""Stay for ever in one call of C code, where Python handles no signal."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import collections
import itertools


def output_shape(*args, **kwargs):
    return collections.deque(itertools.repeat(0), maxlen=0)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
