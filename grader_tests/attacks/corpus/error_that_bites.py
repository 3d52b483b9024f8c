"""Raise an error whose text never comes, and one whose class lies about what it is."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import os


class Bites(Exception):
    def __str__(self):
        os._exit(1)

    __repr__ = __str__
    __class__ = property(lambda self: os._exit(1))


def output_shape(*args, **kwargs):
    raise Bites
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
