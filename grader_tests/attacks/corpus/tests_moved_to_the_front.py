"""Move every test cell in front of the first answer."""

from ._tools import RELU, edited, hand_in, tests

EXPECTED = {}  # where its test stands now `relu_forward` is not defined yet, as galflux check says
STOCK = "gains"


def submission(released):
    def edit(notebook):
        moved = tests(notebook)
        rest = [cell for cell in notebook["cells"] if cell not in moved]
        notebook["cells"] = moved + rest

    return edited(hand_in(released, relu_forward=RELU), edit)
