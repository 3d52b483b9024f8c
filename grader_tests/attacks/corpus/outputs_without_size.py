"""Show two hundred thousand outputs that are empty, and so have no size to be cut at."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
from IPython.display import display

for number in range(200_000):
    display({"text/plain": ""}, raw=True)
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
