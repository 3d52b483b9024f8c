"""Show a NaN, which nbgrader takes for full points, whenever a cell begins to run."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
shell = get_ipython()
shell.events.register("pre_run_cell", lambda info: shell.displayhook(float("nan")))
"""


def submission(released):
    return hand_in(released, first=CODE)
