"""Rewrite the source of every later test cell into a single NaN before IPython runs it."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
def only_a_nan(lines):
    return ["float('nan')\\n"] if any("same(" in line for line in lines) else lines


get_ipython().input_transformers_cleanup.append(only_a_nan)
"""


def submission(released):
    return hand_in(released, first=CODE)
