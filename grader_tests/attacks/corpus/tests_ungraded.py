"""Say in the metadata that no test cell is graded, and that every answer is."""

from ._tools import edited, hand_in, tests

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        for cell in tests(notebook):
            cell["metadata"]["nbgrader"]["grade"] = False
        for cell in notebook["cells"]:
            if cell["id"].endswith("_code"):
                cell["metadata"]["nbgrader"].update(grade=True, points=100)
                cell["source"] = "float('nan')"

    return edited(hand_in(released), edit)
