"""Put HTML and a script into a written answer, for whoever reads it to grade it."""

from ._tools import RELU, edited, find, hand_in

EXPECTED = {"relu_forward": 3.0}
STOCK = "gains"
LEAK = "<script>fetch("
SCRIPT = "<script>fetch('/formgrader/stolen')</script><img src=x onerror='fetch(1)'>"


def submission(released):
    def edit(notebook):
        find(notebook, "what_went_wrong")["source"] = f"The mean.\n\n{SCRIPT}\n"
        notebook["cells"][0]["source"] = SCRIPT

    return edited(hand_in(released, relu_forward=RELU), edit)
