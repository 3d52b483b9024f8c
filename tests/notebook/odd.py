"""Odd notebooks, each an edit of the solved one, and which questions of it are right.

`galflux check` and the grader must both find what stands here.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from nbformat.v4 import new_code_cell

Cells = list[Any]
ALL, NONE = {"double": True, "halve": True}, {"double": False, "halve": False}
ONLY_DOUBLE, ONLY_HALVE = {**NONE, "double": True}, {**NONE, "halve": True}


def _find(cells: Cells, grade_id: str) -> Any:
    return next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def _own(source: str, before: str) -> Callable[[Cells], None]:
    """Put a cell of one's own in front of another; at the end, if that is not named."""

    def edit(cells: Cells) -> None:
        cells.insert(
            cells.index(_find(cells, before)) if before else len(cells), new_code_cell(source)
        )

    return edit


def _answer(grade_id: str, source: str) -> Callable[[Cells], None]:
    def edit(cells: Cells) -> None:
        _find(cells, grade_id).source = source

    return edit


def _delete(*grade_ids: str) -> Callable[[Cells], None]:
    return lambda cells: [cells.remove(_find(cells, each)) for each in grade_ids]


def _both(*edits: Callable[[Cells], None]) -> Callable[[Cells], None]:
    return lambda cells: [edit(cells) for edit in edits]


def _merge(first: str, second: str) -> Callable[[Cells], None]:
    """Merge two cells as JupyterLab does: the first one's metadata stay."""

    def edit(cells: Cells) -> None:
        lower = _find(cells, second)
        _find(cells, first).source += "\n\n" + lower.source
        cells.remove(lower)

    return edit


def _twice(grade_id: str, source: str) -> Callable[[Cells], None]:
    """Copy a cell, and let the upper one of the two say `source`."""

    def edit(cells: Cells) -> None:
        cell = _find(cells, grade_id)
        cells.insert(cells.index(cell), deepcopy(cell))
        cells[cells.index(cell)].source = source

    return edit


def _move_to_the_top(cells: Cells) -> None:
    cells.insert(0, cells.pop(cells.index(_find(cells, "double"))))


WRONG = "def double(x):\n    return 3 * x"
ODD: dict[str, tuple[Callable[[Cells], Any], dict[str, bool]]] = {
    "as it should be": (lambda cells: None, ALL),
    "inline figures": (
        _own("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1])", "double_code"),
        ALL,
    ),
    "timing magics": (
        _answer("halve_code", "%%time\ndef halve(x):\n    return x / 2"),
        ALL,
    ),
    "await": (_own("import asyncio\nawait asyncio.sleep(0)", "double_code"), ALL),
    "noise on stderr": (
        _own("import sys, warnings\nprint('oh', file=sys.stderr)\nwarnings.warn('oh')", "double"),
        ALL,
    ),
    "a question at the keyboard": (_own("name = input('name? ')", "double"), ALL),
    "exit": (_own("import sys\nsys.exit()", "halve_code"), ALL),
    "a crash in a cell of one's own": (_own("import os\nos._exit(1)", "halve_code"), ALL),
    "a file of the release": (
        _own("assert np.loadtxt('assets/table.txt').shape == (2, 2)\nok = 2", "halve_code"),
        ALL,
    ),
    "a local module": (
        _answer("halve_code", "from helper import half\ndef halve(x):\n    return half(x)"),
        ONLY_DOUBLE,
    ),
    "a local file": (
        _answer(
            "halve_code", "two = float(open('two.txt').read())\ndef halve(x):\n    return x / two"
        ),
        ONLY_DOUBLE,
    ),
    "a masked module": (
        _answer("halve_code", "from galflux_edu import trees\ndef halve(x):\n    return x / 2"),
        ONLY_DOUBLE,
    ),
    "a masked module inside": (
        _answer("halve_code", "def halve(x):\n    import galflux_edu.trees\n    return x / 2"),
        ONLY_DOUBLE,
    ),
    "a name that a test cell defines": (
        _answer("halve_code", "def halve(x):\n    return x / (got / table)[0, 0]"),
        ALL,
    ),
    "a name that comes later": (
        _both(
            _answer("double_code", "def double(x):\n    return FACTOR * x"),
            _own("FACTOR = 2", "halve_code"),
        ),
        ONLY_HALVE,
    ),
    "a later definition that is wrong": (_own(WRONG, ""), ALL),
    "a later definition that is right": (
        _both(_answer("double_code", WRONG), _own("def double(x):\n    return 2 * x", "")),
        ONLY_HALVE,
    ),
    "a definition between the answer and its test": (_own(WRONG, "double"), ONLY_HALVE),
    "an argument changed in place": (
        _answer("double_code", "def double(x):\n    x *= 2\n    return x"),
        ONLY_HALVE,
    ),
    "a missing return": (
        _answer("double_code", "def double(x):\n    2 * x"),
        ONLY_HALVE,
    ),
    "an answer cell deleted": (_delete("halve_code"), ONLY_DOUBLE),
    "an answer in a cell of one's own": (
        _both(_delete("halve_code"), _own("def halve(x):\n    return x / 2", "halve")),
        ALL,
    ),
    "two answer cells merged": (_merge("double_code", "halve_code"), ONLY_DOUBLE),
    "answer and test merged": (_merge("double_code", "double"), ALL),
    "an answer cell twice": (_twice("halve_code", "def halve(x):\n    return x"), ALL),
    "a test cell deleted": (_both(_answer("double_code", WRONG), _delete("double")), ONLY_HALVE),
    "a test cell emptied": (
        _both(_answer("double_code", WRONG), _answer("double", "pass")),
        ONLY_HALVE,
    ),
    "a test cell made text": (
        lambda cells: _find(cells, "double").update(cell_type="markdown"),
        ALL,
    ),
    "an answer cell made text": (
        lambda cells: _find(cells, "halve_code").update(cell_type="markdown"),
        ALL,
    ),
    "a test cell moved to the top": (_move_to_the_top, ONLY_HALVE),
    "an endless loop": (
        _answer("halve_code", "def halve(x):\n    while True: pass"),
        ONLY_DOUBLE,
    ),
    "a syntax error": (_answer("halve_code", "def halve(x)\n    return x / 2"), ONLY_DOUBLE),
    "nothing but cells": (lambda cells: [cell.metadata.clear() for cell in cells], NONE),
    "no cell at all": (lambda cells: cells.clear(), NONE),
}
