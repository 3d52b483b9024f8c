"""Unlock every test cell and write a NaN in it, which nbgrader takes for full points."""

from ._tools import edited, hand_in, tests

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        for cell in tests(notebook):
            cell["metadata"]["nbgrader"]["locked"] = False
            cell["source"] = "float('nan')"

    return edited(hand_in(released), edit)
