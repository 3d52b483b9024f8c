"""Work out what each named mistake makes the visible tests see, so that they can name the cause."""

import contextlib
import io
import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..notebook.cells import is_demo
from ..testing.causes import Stopped, recording
from .dependencies import with_providers
from .mistakes import Mistake

PATH = "assets/causes.json"
DIGITS, LARGEST = 6, 100  # of a value that is kept, and its numbers


def causes(cells: list[Any], mistakes: Iterable[Mistake]) -> bytes:
    """Return the file of causes: by test, pairs of what it sees and the sentence that helps.

    Parameters
    ----------
    cells
        The code cells of the solution, without the hidden lines.
    mistakes
        The named mistakes of the set.
    """
    right = {what: _plain(got) for what, got in _seen(cells, None)}
    found: dict[str, list[tuple[Any, str]]] = {}
    for mistake in mistakes:
        for what, got in _seen(mistake.applied(cells), mistake.question):
            value = _plain(got)
            known = found.setdefault(what, [])
            if value is not None and value != right[what] and value not in [v for v, _ in known]:
                known.append((value, mistake.says))
    lines = [
        f"{json.dumps(what)}: {json.dumps(each, ensure_ascii=False)}"
        for what, each in sorted(found.items())
        if each
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _seen(cells: list[Any], question: str | None) -> list[tuple[str, Any]]:
    """Return what the visible tests of a question see, or those of all of them."""
    names: dict[str, Any] = {"__name__": "__main__"}
    seen: list[tuple[str, Any]] = []
    needed = with_providers(cells, {question}) if question else {cell.id for cell in cells}
    for cell in cells:
        if is_demo(cell) or cell.id not in needed:
            continue
        with (
            contextlib.redirect_stdout(io.StringIO()),
            np.errstate(all="ignore"),
            recording() as records,
            contextlib.suppress(Exception),
        ):
            exec(compile(cell.source, cell.id, "exec"), names)  # noqa: S102 - the author's own
        if question in (None, cell.id):
            seen += records
        if cell.id == question:
            break
    return seen


def _plain(got: Any) -> Any:
    """Return a value as JSON can say it, rounded; None if it is too large or no number."""
    if isinstance(got, Stopped):
        return str(got)
    try:
        values = np.asarray(got, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    if not values.size:
        return {"shape": list(values.shape)}
    if values.size > LARGEST or not np.isfinite(values).all():
        return None
    rounded = [float(f"{each:.{DIGITS}g}") for each in values.ravel()]
    return np.reshape(rounded, values.shape).tolist()
