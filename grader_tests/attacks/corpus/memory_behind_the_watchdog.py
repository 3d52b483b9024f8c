"""Hold gigabytes of shared memory that no process has in its own tables, so that none is seen."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the memory of the machine"
CODE = """\
import mmap
import time

held = []


def fill(how, *given):
    for _ in range(64):
        piece = mmap.mmap(how, 2**26, *given)
        piece[:] = b"x" * 2**26
        piece.madvise(mmap.MADV_DONTNEED)
        held.append(piece)


def output_shape(*args, **kwargs):
    try:
        fill(-1)
    except OSError:
        with open("/dev/zero", "r+b") as zero:
            fill(zero.fileno())
    time.sleep(60)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
