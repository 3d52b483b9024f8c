"""Send well-formed answers before there is a question, so that every later one is taken for another's."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import json
import os
import stat
import struct

ANSWER = json.dumps({"value": {"float": "0x1p0"}, "state": "ok", "outputs": []}).encode()
for name in os.listdir("/proc/self/fd"):
    try:
        if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
            os.write(int(name), (struct.pack("<II", len(ANSWER), 0) + ANSWER) * 20)
    except OSError:
        pass


def output_shape(*args, **kwargs):
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
