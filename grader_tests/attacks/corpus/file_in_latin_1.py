"""Hand in a notebook in Latin-1, which is not UTF-8."""

from ._tools import RELU, edited, find, hand_in

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        find(notebook, "relu_forward_code")["source"] = RELU + "\n# \xe4\xf6\xfc"

    text = edited(hand_in(released), edit).decode().replace("\\u00e4", "\xe4")
    return text.encode("latin-1")
