"""Return by heart what was right for the inputs of an earlier run of the same checks."""

from pathlib import Path

from galflux_edu.grading import NamespaceCaller, load_checks, run_question, solution_functions

from ._tools import SET, hand_in

ROOT = Path(__file__).resolve().parents[3]

EXPECTED = {}
STOCK = "gains"


def submission(released):
    table = {}

    def spy(height, width):
        table[height, width] = solution_functions(ROOT, SET)["count_parameters"](height, width)
        return table[height, width]

    question = load_checks(ROOT, SET).QUESTIONS["count_parameters"]
    run_question(question, NamespaceCaller({"count_parameters": spy}), f"in-kernel/{SET}")
    return hand_in(
        released,
        count_parameters=(
            f"TABLE = {table}\n\n\n"
            "def count_parameters(height, width):\n"
            "    return TABLE.get((height, width), (1, 1, 1, 1))"
        ),
    )
