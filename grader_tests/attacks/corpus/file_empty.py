"""Hand in an empty file."""

EXPECTED = {}
STOCK = "fails"


def submission(released):
    return b""
