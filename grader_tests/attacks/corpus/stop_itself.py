"""Send SIGSTOP to its own process and to its parent, and wait to be forgotten."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os
import signal


def output_shape(*args, **kwargs):
    os.kill(os.getppid(), signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
