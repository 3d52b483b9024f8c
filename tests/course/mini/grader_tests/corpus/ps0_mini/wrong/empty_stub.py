"""Nothing is written."""

EXPECTED = {"double": 6, "halve": 2}
VISIBLE = True


def double(x):
    raise NotImplementedError


def halve(x):
    raise NotImplementedError
