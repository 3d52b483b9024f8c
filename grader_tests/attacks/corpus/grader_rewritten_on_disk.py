"""Rewrite the grader's own files, for itself and for all who come after."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
from pathlib import Path

import galflux_edu

for part in ("checks.py", "kernel.py", "run.py"):
    path = Path(galflux_edu.__file__).parent / "grading" / part
    try:
        text = path.read_text()
        path.write_text(text.replace("return round(float(sum(", "return 0.0 * round(float(sum("))
    except OSError:
        pass


def relu_forward(x):
    return 0 * x - 1
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
