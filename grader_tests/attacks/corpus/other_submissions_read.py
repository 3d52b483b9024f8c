"""Find another student's notebook on disk and run its answers."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import json
from pathlib import Path

relu_forward = None
for folder in (Path.cwd(), *Path.cwd().parents):
    for path in folder.glob("submitted/innocent/*/*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["id"] == "relu_forward_code":
                exec("".join(cell["source"]))
"""


def submission(released):
    return hand_in(released, relu_forward=CODE)
