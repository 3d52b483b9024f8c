"""Return by heart what was right for the inputs of an earlier run of the same checks."""

from grader_tests.corpus.ps4_convolution import reference

from galflux_edu.grading import run_check
from grader_tests.ps4_convolution import checks as ps4_convolution

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"


def submission(released):
    table = {}

    def spy(name, *args):
        value = reference.count_parameters(*args)
        table[args] = value
        return value

    run_check(ps4_convolution.CHECKS["count_parameters"], spy, "in-kernel/ps4_convolution")
    return hand_in(
        released,
        count_parameters=(
            f"TABLE = {table}\n\n\n"
            "def count_parameters(height, width):\n"
            "    return TABLE.get((height, width), (1, 1, 1, 1))"
        ),
    )
