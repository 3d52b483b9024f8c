"""Write extra credit and full points into the gradebook, for itself and for nobody else."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import sqlite3
from pathlib import Path

for folder in Path.cwd().parents:
    for book in folder.glob("*.db"):
        try:
            with sqlite3.connect(book, timeout=2) as connection:
                connection.execute("UPDATE grade SET extra_credit = 90, manual_score = 0")
        except sqlite3.Error:
            pass
"""


def submission(released):
    return hand_in(released, first=CODE)
