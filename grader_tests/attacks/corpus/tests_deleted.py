"""Leave out every test cell."""

from ._tools import RELU, edited, hand_in, tests

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"


def submission(released):
    def edit(notebook):
        gone = tests(notebook)
        notebook["cells"] = [cell for cell in notebook["cells"] if cell not in gone]

    return edited(hand_in(released, relu_forward=RELU), edit)
