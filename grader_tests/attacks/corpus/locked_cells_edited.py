"""Put the cheat into a locked cell that is run but not graded, the tools of the tests."""

from ._tools import edited, find, hand_in, source

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        cell = find(notebook, "tools")
        cell["metadata"]["nbgrader"]["locked"] = False
        cell["source"] = source(cell) + "\n\ndef same(*given, **more):\n    return None\n"
        find(notebook, "trial_layers")["source"] = "gradient_check_of = lambda *given: 0.0"

    return edited(hand_in(released), edit)
