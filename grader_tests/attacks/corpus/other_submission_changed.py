"""Empty the notebook of another student before it is graded."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
from pathlib import Path

for folder in Path.cwd().parents:
    for path in folder.glob("submitted/innocent/*/*.ipynb"):
        path.write_text("{}")
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
