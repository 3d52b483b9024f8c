"""Ask the outside world, and be right only if there is a way out."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "unsafe: it would knock on the network of the machine"
CODE = """\
import socket

FOUND = []
for kind in (socket.AF_INET, socket.AF_INET6):
    try:
        with socket.socket(kind, socket.SOCK_DGRAM) as door:
            door.connect(("192.0.2.1", 53) if kind == socket.AF_INET else ("2001:db8::1", 53))
            FOUND.append(door.getsockname())
    except OSError:
        pass


def relu_forward(x):
    return np.maximum(x, 0) if FOUND else 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
