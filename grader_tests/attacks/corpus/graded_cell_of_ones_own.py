"""Add a graded cell of one's own, worth 100 points, that passes."""

from ._tools import RELU, code, edited, find, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"


def submission(released):
    def edit(notebook):
        own = code("float('nan')", "own")
        own["metadata"]["nbgrader"] = {
            **find(notebook, "relu_forward")["metadata"]["nbgrader"],
            "grade_id": "own",
            "points": 100,
        }
        notebook["cells"].append(own)

    return edited(hand_in(released, relu_forward=RELU), edit)
