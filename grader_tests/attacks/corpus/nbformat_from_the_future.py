"""Hand in a notebook of a format that does not exist."""

from ._tools import edited, hand_in

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        notebook["nbformat"], notebook["nbformat_minor"] = 99, -1

    return edited(hand_in(released), edit)
