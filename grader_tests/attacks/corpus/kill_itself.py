"""Send SIGKILL to its own process while a function is being checked."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os
import signal


def pad_images(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def submission(released):
    return hand_in(released, pad_images=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
