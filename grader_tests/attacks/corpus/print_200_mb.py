"""Print 200 MB."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the memory and the disk of the machine"
CODE = """\
import os
import sys

for _ in range(200):
    print("x" * 2**20)
    os.write(2, b"x" * 2**20)


def output_shape(*args, **kwargs):
    for _ in range(200):
        print("x" * 2**20)
        print("x" * 2**20, file=sys.stderr)
        os.write(1, b"x" * 2**20)
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
