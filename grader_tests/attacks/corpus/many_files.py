"""Make a hundred thousand tiny files."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would use up the inodes of the machine"
CODE = """\
from pathlib import Path


def output_shape(*args, **kwargs):
    for number in range(100_000):
        try:
            Path(f"/tmp/tiny-{number}").touch()
        except OSError:
            break
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
