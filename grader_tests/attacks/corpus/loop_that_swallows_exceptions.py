"""Never return from a call, and catch whatever is thrown to end it."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
def output_shape(*args, **kwargs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
