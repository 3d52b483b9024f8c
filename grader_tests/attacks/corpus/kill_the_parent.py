"""Send SIGKILL to the process that started it."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)


def pad_images(*args, **kwargs):
    os.kill(os.getppid(), signal.SIGKILL)
"""


def submission(released):
    return hand_in(released, pad_images=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
