"""Raise an error whose class raises another when it is asked for its name."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "fails"
CODE = """\
class Nameless(type):
    __name__ = __module__ = __qualname__ = property(lambda cls: 1 // 0)

    def __subclasscheck__(cls, other):
        return 1 // 0

    __instancecheck__ = __subclasscheck__


class Bites(Exception, metaclass=Nameless):
    __cause__ = __context__ = __traceback__ = args = property(lambda self: 1 // 0)


def output_shape(*args, **kwargs):
    raise Bites


raise Bites
"""


def submission(released):
    return hand_in(released, output_shape=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
