"""Leave by sys.exit and by IPython's own exit, in a cell and in a call."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import sys


def output_shape(*args, **kwargs):
    get_ipython().ask_exit()
    sys.exit("enough")


get_ipython().ask_exit()
raise SystemExit(0)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
