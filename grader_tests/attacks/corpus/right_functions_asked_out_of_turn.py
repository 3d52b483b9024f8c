"""Write well-formed questions for right functions into every descriptor, in a cell and in a call."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
import json
import os
import struct


def forge(name):
    for number in range(300):
        nothing = {"args": {"tuple": []}, "kwargs": {"dict": {}}}
        text = json.dumps({"number": number, "ask": name, **nothing}).encode()
        for fd in range(3, 32):
            try:
                os.set_blocking(fd, False)
                os.write(fd, struct.pack("<II", len(text), 0) + text)
                os.set_blocking(fd, True)
            except OSError:
                pass


forge("maxpool_forward")


def maxpool_forward(x, size=2):
    forge("maxpool_forward")
    return 0 * x
"""


def submission(released):
    return hand_in(released, relu_forward=RELU, maxpool_forward=CODE, count_parameters=PARAMETERS)
