"""Raise an error whose name, text and traceback are HTML with a script and control characters."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
LEAK = "<script>fetch("
CODE = """\
class Bad(Exception):
    def __str__(self):
        return "<script>fetch(" + "'/formgrader/stolen')</script>\\x1b[2J\\x00"


Bad.__name__ = Bad.__qualname__ = "<img src=x onerror=alert(1)>"


def output_shape(*args, **kwargs):
    raise Bad
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
