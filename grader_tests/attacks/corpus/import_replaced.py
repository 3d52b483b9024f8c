"""Replace __import__ so that whoever imports the grader gets a generous one."""

from ._tools import hand_in

EXPECTED = {}
STOCK = "gains"
CODE = """\
import builtins
import sys
import types

true_import = builtins.__import__
generous = types.SimpleNamespace(grade=lambda *question: sys.displayhook(float("nan")))


def replaced(name, *args, **kwargs):
    return generous if name == "galflux_edu.grading" else true_import(name, *args, **kwargs)


builtins.__import__ = replaced
"""


def submission(released):
    return hand_in(released, first=CODE)
