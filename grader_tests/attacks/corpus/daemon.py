"""Leave a process behind, in a session of its own, that outlives the kernel."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import subprocess

subprocess.Popen(
    ["/bin/sh", "-c", "trap '' TERM HUP INT; sleep 600; sleep 1"],
    start_new_session=True,
    stdin=subprocess.DEVNULL,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
