"""Hand in right answers in cells that lack outputs, numbers and ids, which is no offence."""

from ._tools import KEPT, PARAMETERS, RELU, edited, hand_in

EXPECTED = KEPT
STOCK = "fails"


def submission(released):
    def edit(notebook):
        for cell in notebook["cells"]:
            for key in ("outputs", "execution_count", "id"):
                cell.pop(key, None)
        notebook["nbformat_minor"] = 4

    return edited(hand_in(released, relu_forward=RELU, count_parameters=PARAMETERS), edit)
