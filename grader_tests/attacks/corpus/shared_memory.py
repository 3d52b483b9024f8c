"""Fill eight gigabytes of shared memory, by mapping and by file."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the memory of the machine"
CODE = """\
import mmap


def output_shape(*args, **kwargs):
    held = []
    try:
        with open("/dev/shm/filled", "wb") as file:
            for _ in range(4096):
                file.write(b"x" * 2**20)
    except OSError:
        pass
    while len(held) < 128:
        held.append(mmap.mmap(-1, 2**26))
        held[-1][:] = b"x" * 2**26
    return 1, 1
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
