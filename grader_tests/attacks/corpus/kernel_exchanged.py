"""Ask for another kernel, one that the student has made."""

from ._tools import RELU, edited, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        spec = {
            "name": "../../tmp/mine",
            "display_name": "mine",
            "language": "bash",
            "argv": ["/bin/sh"],
        }
        notebook["metadata"]["kernelspec"] = spec
        notebook["metadata"]["language_info"] = {"name": "bash"}

    return edited(hand_in(released, relu_forward=RELU), edit)
