"""Write files of 200 MB wherever one can write."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the disk of the machine"
CODE = """\
import tempfile
from pathlib import Path


def output_shape(*args, **kwargs):
    for folder in (Path.cwd(), Path.home(), Path(tempfile.gettempdir()), Path("/dev/shm")):
        for number in range(8):
            try:
                with (folder / f"filled-{number}").open("wb") as file:
                    for _ in range(200):
                        file.write(b"x" * 2**20)
            except OSError:
                pass
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
