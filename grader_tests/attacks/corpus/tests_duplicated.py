"""Hand in every test cell twice, the copy without its test."""

from ._tools import RELU, edited, hand_in, tests

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"


def submission(released):
    def edit(notebook):
        for cell in tests(notebook):
            twin = {**cell, "id": cell["id"] + "-2", "source": "float('nan')"}
            notebook["cells"].insert(0, twin)

    return edited(hand_in(released, relu_forward=RELU), edit)
