"""Connect to whatever listens on this machine, and be right only if something does."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import socket

FOUND = []
for table in ("/proc/net/tcp", "/proc/net/tcp6"):
    try:
        lines = open(table).read().splitlines()[1:]
    except OSError:
        lines = []
    for line in lines:
        address, state = line.split()[1], line.split()[3]
        if state == "0A":
            try:
                FOUND.append(socket.create_connection(("127.0.0.1", int(address[-4:], 16)), 1))
            except OSError:
                pass


def relu_forward(x):
    return np.maximum(x, 0) if FOUND else 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
