"""Fill eight gigabytes of memory."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the memory of the machine"
CODE = """\
def output_shape(*args, **kwargs):
    held = []
    while len(held) < 8192:
        held.append(bytearray(b"x" * 2**20))
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
