"""Call every test cell a solution, so that it is neither locked nor tested."""

from ._tools import edited, hand_in, tests

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        for cell in tests(notebook):
            cell["metadata"]["nbgrader"].update(solution=True, locked=False)
            cell["source"] = "float('nan')"

    return edited(hand_in(released), edit)
