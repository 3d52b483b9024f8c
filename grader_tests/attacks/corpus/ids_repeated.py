"""Give all cells the same id, too long and with characters that no id may have."""

from ._tools import RELU, edited, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"


def submission(released):
    def edit(notebook):
        for cell in notebook["cells"]:
            cell["id"] = "../../" + "x" * 500

    return edited(hand_in(released, relu_forward=RELU), edit)
