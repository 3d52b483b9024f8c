"""Hand in JSON that is a list."""

from ._tools import dumps

EXPECTED = {}
STOCK = "fails"


def submission(released):
    return dumps([released])
