"""Hand in JSON nested a hundred thousand deep."""

EXPECTED = {}
STOCK = "fails"


def submission(released):
    return b"[" * 100_000 + b"]" * 100_000
