"""Recurse in C and in Python until the stack is gone."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import sys

sys.setrecursionlimit(10**8)


def output_shape(*args, **kwargs):
    return [output_shape(*args)][0]
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
