"""Make a new user namespace and mount a file system in it, and be right only if one can."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
NEWUSER, NEWNS = 0x10000000, 0x00020000
child = os.fork()
if child == 0:
    made = libc.unshare(NEWUSER | NEWNS) == 0 or libc.mount(b"x", b"/tmp", b"tmpfs", 0, None) == 0
    os._exit(0 if made else 1)
FOUND = os.waitpid(child, 0)[1] == 0


def relu_forward(x):
    return np.maximum(x, 0) if FOUND else 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
