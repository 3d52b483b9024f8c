"""Hand in outputs that show full points, in the hope that nobody runs the notebook."""

from ._tools import edited, hand_in, tests

EXPECTED = {}
STOCK = "fails"


def submission(released):
    def edit(notebook):
        for cell in tests(notebook):
            points = float(cell["metadata"]["nbgrader"]["points"])
            cell["execution_count"] = 1
            cell["outputs"] = [
                {
                    "output_type": "execute_result",
                    "execution_count": 1,
                    "data": {"text/plain": str(points)},
                    "metadata": {},
                }
            ]

    return edited(hand_in(released), edit)
