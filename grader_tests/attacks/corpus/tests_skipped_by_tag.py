"""Tag every test cell with the words that make notebook runners skip a cell."""

from ._tools import edited, hand_in, tests

EXPECTED = {}
STOCK = "gains"


def submission(released):
    def edit(notebook):
        for cell in tests(notebook):
            cell["metadata"]["tags"] = ["skip-execution", "demo", "remove_cell", "raises-exception"]

    return edited(hand_in(released), edit)
