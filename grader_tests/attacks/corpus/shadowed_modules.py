"""Write json.py, struct.py and numpy.py beside the notebook, for the next process to import."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
from pathlib import Path

for folder in (Path.cwd(), Path("/tmp")):
    for name in ("json", "struct", "numpy", "IPython", "sitecustomize"):
        try:
            (folder / f"{name}.py").write_text("raise SystemExit(name)")
        except OSError:
            pass
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
