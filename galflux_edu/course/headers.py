"""The headers that an author types, and nbgrader's metadata that they stand for.

======================================  ==================================================
``# %% locked: tools``                  given, cannot be changed, not graded
``# %% answer: relu_forward``           the student's own; the solution between its marks
``# %% test: relu_forward``             visible tests; points come from the hidden checks
``# %% written: why, 10 points``        a written answer, graded by a person
``# %% demo: long_run``                 locked, takes minutes: grading and CI skip it
======================================  ==================================================
"""

import re
from collections.abc import Callable
from typing import Any

from ..errors import InputError

HEADER = re.compile(r"(locked|answer|test|written|demo): *(\w+)(?:, *(\d+(?:\.\d+)?) points?)?")
WRITTEN = re.compile(r"^(# %% written: .*?)( \[markdown\])?$", re.MULTILINE)
FOLDED = {"jupyter": {"source_hidden": True}}  # there to be run, seldom to be read


def as_percent(text: str) -> str:
    """Return the exercise as jupytext reads it: written answers are Markdown."""
    return WRITTEN.sub(r"\1 [markdown]", text)


def metadata_of(title: str, points_of: Callable[[str], float], where: str) -> dict[str, Any]:
    """Return the metadata of a cell with this header; none for any other title.

    Parameters
    ----------
    title
        What stands behind ``# %%``.
    points_of
        Returns what a question is worth: the sum of the behaviours of its hidden check.
    where
        The problem set, for the message.

    Raises
    ------
    InputError
        If it begins like a header and is none.
    """
    found = HEADER.fullmatch(title.strip())
    if not found:
        if re.match(r"(locked|answer|test|written|demo)\b", title):
            raise InputError(
                f"{where}: needed a header such as 'test: NAME' or 'written: NAME, 10 points'; "
                f"got {title!r}"
            )
        return {}
    kind, name, points = found.groups()
    if (points is not None) != (kind == "written"):
        raise InputError(
            f"{where}: needed points behind 'written' and nowhere else: those of a test are the "
            f"sum of its behaviours; got {title!r}"
        )
    nbgrader: dict[str, Any] = {
        "grade": kind in ("test", "written"),
        "grade_id": f"{name}_code" if kind == "answer" else name,
        "locked": kind in ("locked", "test", "demo"),
        "schema_version": 3,
        "solution": kind in ("answer", "written"),
        "task": False,
    }
    if nbgrader["grade"]:
        worth = points_of(name) if kind == "test" else float(points)
        nbgrader["points"] = int(worth) if worth == int(worth) else worth
    more = {"tags": ["demo"]} if kind == "demo" else {}
    return {"nbgrader": nbgrader, **more, **(FOLDED if kind in ("locked", "test") else {})}
