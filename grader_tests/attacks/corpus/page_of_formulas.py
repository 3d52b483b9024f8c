"""Begin a formula a hundred thousand times in a written answer, and end none."""

from ._tools import KEPT, PARAMETERS, RELU, edited, find, hand_in

EXPECTED = KEPT
STOCK = "gains"
LEAK = "<script>fetch("  # nothing leaks, but a page there must be


def submission(released):
    def edit(notebook):
        find(notebook, "what_went_wrong")["source"] = "\\begin{a}" * 100_000

    return edited(hand_in(released, relu_forward=RELU, count_parameters=PARAMETERS), edit)
