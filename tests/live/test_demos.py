"""The list of demos: the grader's is there only where the grader is installed."""

import subprocess
import sys

WITHOUT_THE_GRADER = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec


def find_spec(name, path=None, target=None):
    return None if name.startswith("galflux_edu.grading") else find(name, path, target)


PathFinder.find_spec = find_spec
"""
LIST = """
from galflux_edu.live.demos import DEMOS
print(*(demo.PAGE["url_path"] for demo in DEMOS))
"""
STUDENTS = ["build-a-galaxy", "watch-it-learn", "one-image", "edge"]


def demos(program: str) -> list[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_the_autograder_is_shown_where_it_is_installed():
    assert demos(LIST) == [*STUDENTS, "autograder"]
    assert demos(WITHOUT_THE_GRADER + LIST) == STUDENTS
