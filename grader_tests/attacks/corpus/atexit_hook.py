"""Wait for ever in a hook that runs when the process ends."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
import atexit
import signal
import time


def stay():
    while True:
        time.sleep(10)


atexit.register(stay)
signal.signal(signal.SIGTERM, lambda *_: stay())
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
