"""Fill eight gigabytes of memory in twenty children."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the memory of the machine"
CODE = """\
import os
import signal
import time


def output_shape(*args, **kwargs):
    for _ in range(20):
        if os.fork() == 0:
            held = bytearray(b"x" * (400 * 2**20))
            time.sleep(60)
            os._exit(len(held) > 0)
    time.sleep(60)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
