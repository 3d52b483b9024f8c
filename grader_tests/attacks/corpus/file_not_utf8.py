"""Hand in bytes that are no text."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "fails"


def submission(released):
    return bytes(range(256)) * 40 + hand_in(released)
