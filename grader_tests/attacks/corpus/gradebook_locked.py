"""Lock the gradebook, in a process that stays, so that nobody gets a grade."""

from ._tools import KEPT, PARAMETERS, RELU, hand_in

EXPECTED = KEPT
STOCK = "gains"
CODE = """\
import subprocess
import sys

HOLD = '''
import sqlite3
import time
from pathlib import Path

held = []
for folder in Path.cwd().parents:
    for book in folder.glob("*.db"):
        held.append(sqlite3.connect(book))
        held[-1].execute("BEGIN EXCLUSIVE")
time.sleep(300)
'''
subprocess.Popen([sys.executable, "-c", HOLD], start_new_session=True)
"""


def submission(released):
    return hand_in(released, first=CODE, relu_forward=RELU, count_parameters=PARAMETERS)
