"""Turn the text of an exercise into nbgrader's source notebook, the same bytes every time."""

import hashlib
from collections.abc import Callable
from typing import Any

from ..errors import InputError
from ..notebook.cells import is_test
from .headers import as_percent, metadata_of

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},  # no version: it would change from machine to machine
}
# In front of the visible tests: nbgrader takes a cell's first result for its partial credit.
HIDDEN = """\
### BEGIN HIDDEN TESTS
from galflux_edu.grading import grade; grade("{name}", "{grade_id}", globals())
### END HIDDEN TESTS
"""


def source_notebook(text: str, name: str, points_of: Callable[[str], float]) -> Any:
    """Return the source notebook of the problem set `name`, solutions and hidden line included.

    Parameters
    ----------
    text
        The exercise in jupytext's percent format, with the headers of `headers`.
    name
        The problem set, ``"ps4_convolution"``.
    points_of
        Returns what the question of a test is worth.

    Raises
    ------
    InputError
        If a graded cell holds what only the build may write, or what nbgrader would misread.
    """
    import jupytext
    import nbformat

    notebook = jupytext.reads(as_percent(text), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    ids: set[str] = set()
    for position, cell in enumerate(notebook.cells):
        title = cell.metadata.get("title", "")
        cell.metadata = nbformat.from_dict(metadata_of(title, points_of, name))
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.id = grade_id or hashlib.sha256(f"{name}/{position}".encode()).hexdigest()[:12]
        if cell.id in ids:
            raise InputError(f"{name}: needed every grade_id once; got {cell.id!r} twice")
        ids.add(cell.id)
        if is_test(cell):
            _refuse_what_breaks_grading(name, cell)
            cell.source = HIDDEN.format(name=name, grade_id=grade_id) + cell.source
    return notebook


def visible_code(notebook: Any) -> list[Any]:
    """Return copies of the code cells up to the last test, without the hidden lines."""
    cells = [type(cell)(cell) for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        _, end, visible = cell.source.partition("### END HIDDEN TESTS\n")
        cell.source = visible if end else cell.source
    last = max((i for i, cell in enumerate(cells) if is_test(cell)), default=-1)
    return cells[: last + 1]


def _refuse_what_breaks_grading(name: str, cell: Any) -> None:
    from IPython.core.displayhook import DisplayHook

    if "HIDDEN TESTS" in cell.source:
        raise InputError(
            f"{name}: needed only visible tests in the graded cell {cell.id!r}, the build adds "
            "the hidden line; got a HIDDEN TESTS region"
        )
    # It silences the whole cell, the points too, and a cell without a result gets full points.
    if DisplayHook.semicolon_at_end_of_expression(cell.source):
        raise InputError(
            f"{name}: needed a graded cell {cell.id!r} that does not end in a semicolon; got one"
        )


def dumps(notebook: Any) -> bytes:
    """Return the notebook as bytes, in the form in which nbgrader writes its own."""
    import nbformat

    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()
