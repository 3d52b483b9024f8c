"""Leave a thread behind that prints, spoils names and keeps a core busy while others are graded."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import sys
import threading
import time


def spoil():
    while True:
        get_ipython().displayhook(float("nan"))
        print("still here", file=sys.stderr)
        time.sleep(0.001)
        globals().update(conv2d_forward=lambda *args, **kwargs: 0.0)


threading.Thread(target=spoil).start()
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
