"""Print as much as a cell may, in four hundred cells, so that the graded notebook fills the disk."""

from ._tools import KEPT, PARAMETERS, RELU, code, edited, hand_in

EXPECTED = KEPT
STOCK = "unsafe: it would fill the memory and the disk of the machine"


def submission(released):
    def edit(notebook):
        notebook["cells"] += [code("print('x' * 10**6)", f"print-{i}") for i in range(400)]

    return edited(hand_in(released, relu_forward=RELU, count_parameters=PARAMETERS), edit)
