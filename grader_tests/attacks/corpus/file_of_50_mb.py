"""Hand in a notebook with 50 MB of text."""

from ._tools import code, edited, hand_in

EXPECTED = {}
STOCK = "unsafe: slow, and it proves little"


def submission(released):
    def edit(notebook):
        notebook["cells"].append(code("# " + "x" * (50 * 2**20), "large"))

    return edited(hand_in(released), edit)
