"""Say in the metadata that the one question solved is worth 100 points."""

from ._tools import RELU, edited, find, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        find(notebook, "relu_forward")["metadata"]["nbgrader"]["points"] = 100
        find(notebook, "relu_backward")["metadata"]["nbgrader"]["points"] = -100

    return edited(hand_in(released, relu_forward=RELU), edit)
