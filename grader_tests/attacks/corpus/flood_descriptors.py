"""Write megabytes of noise into every descriptor of the process."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os


def output_shape(*args, **kwargs):
    for name in os.listdir("/proc/self/fd"):
        try:
            os.set_blocking(int(name), False)
            for _ in range(64):
                os.write(int(name), b"\\xff" * 65536)
        except OSError:
            pass
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
