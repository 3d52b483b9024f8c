"""Answer with sixteen megabytes of empty lists, which take far more memory when they are read."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os
import stat
import struct

ANSWER = b'{"state": "ok", "outputs": [' + b"[]," * 5_000_000 + b"[]]}"
for name in os.listdir("/proc/self/fd"):
    try:
        if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
            data = struct.pack("<II", len(ANSWER), 0) + ANSWER
            while data:
                data = data[os.write(int(name), data) :]
    except OSError:
        pass
"""


def submission(released):
    return hand_in(released, last=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
