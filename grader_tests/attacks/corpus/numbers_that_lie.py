"""Return numbers of subclasses of int and float that are equal to every other number."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"
MORE = "def count_parameters(height, width):\n    return (Any(1),) * 4"
CODE = """\
class Any(int):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: Any(0)
    __hash__ = int.__hash__
    is_integer = lambda self: True


def output_shape(*args, **kwargs):
    return Any(1), Any(1)
"""


def submission(released):
    return hand_in(released, output_shape=CODE, count_parameters=MORE)
