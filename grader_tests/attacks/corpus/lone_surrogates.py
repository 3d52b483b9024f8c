"""Put half a character, NUL and control characters into source, ids and metadata."""

from ._tools import RELU, edited, find, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"


def submission(released):
    def edit(notebook):
        find(notebook, "output_shape_code")["source"] = "print('\ud800\x00\x1b[2J')  # \ud800\x00"
        notebook["cells"][0]["source"] = "\ud800\x00\x1b[2J"
        notebook["cells"][0]["id"] = "\ud800\x00"
        notebook["metadata"]["title"] = "\ud800\x00"

    return edited(hand_in(released, relu_forward=RELU), edit)
