"""Send SIGKILL to every process it can see."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os
import signal

os.kill(-1, signal.SIGKILL)


def pad_images(*args, **kwargs):
    os.kill(-1, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def submission(released):
    return hand_in(released, pad_images=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
