"""Announce a reply of four gigabytes to every descriptor, and send none of it."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os
import time


def output_shape(*args, **kwargs):
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            try:
                os.set_blocking(int(name), False)
                os.write(int(name), b"\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff{")
            except OSError:
                pass
    while True:
        time.sleep(1)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
