"""Put /dev/null, and then each descriptor, in the place of every other."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os


def output_shape(*args, **kwargs):
    mine = sorted(int(name) for name in os.listdir("/proc/self/fd"))
    nothing = os.open("/dev/null", os.O_RDWR)
    for one in mine:
        try:
            os.dup2(nothing if one % 2 else max(mine), one)
        except OSError:
            pass
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
