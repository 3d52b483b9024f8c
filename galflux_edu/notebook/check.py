"""Run a notebook's visible tests, from top to bottom in a fresh process, and say what failed.

``python -m galflux_edu.notebook.check NOTEBOOK RESULTS`` is the process: it writes one line of
JSON as each graded cell ends, so that a crash or an endless loop loses only what comes after it.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .cells import is_answer, is_test

LONG = "demo"  # the tag of locked cells that take minutes and are graded by nobody
EMPTY = "YOUR ANSWER HERE"


@dataclass(frozen=True)
class Outcome:
    """What became of one cell: `passed` is None where no test decides."""

    cell: str
    points: float
    passed: bool | None
    state: str
    message: str = ""


def check_notebook(path: Path, seconds: float = 300.0) -> list[Outcome]:
    """Run the notebook at `path` in a process of its own and return the outcome of its cells.

    Parameters
    ----------
    path
        A released notebook, worked on or not. It is only read.
    seconds
        How long all of it may take.

    Raises
    ------
    InputError
        If `path` is no notebook, or has no graded cells.
    """
    tests = [cell for cell in _read(path).cells if is_test(cell)]
    if not tests:
        raise InputError(f"check: needed a notebook with graded test cells; got {path}")
    with tempfile.TemporaryDirectory() as scratch:
        results = Path(scratch, "results.jsonl")
        results.touch()
        ended = _run_worker(path.resolve(), results, seconds)
        lines = results.read_text(encoding="utf-8").splitlines()
    outcomes = [Outcome(**json.loads(line)) for line in lines]
    reached = {outcome.cell for outcome in outcomes}
    lost = [cell for cell in tests if cell.metadata.nbgrader.grade_id not in reached]
    return outcomes + [_outcome(cell, False, "not reached", ended) for cell in lost]


def _run_worker(path: Path, results: Path, seconds: float) -> str:
    """Return in words how the process ended."""
    command = [sys.executable, "-m", __name__, str(path), str(results)]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=path.parent,
            env={**os.environ, "MPLBACKEND": "agg"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"The notebook ran for more than {seconds:g} s: is there an endless loop above?"
    return f"Python ended in a cell above (exit code {done.returncode})."


def run_cells(cells: list[Any], answer: Callable[[Any], str] | None = None) -> Iterator[Outcome]:
    """Run `cells` in this process and yield the outcome of each graded or broken one.

    Parameters
    ----------
    cells
        The notebook's cells.
    answer
        If given, says what code to run in the place of a cell that a student writes.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    for cell in cells:
        if cell.cell_type == "markdown" and _is_graded(cell):
            empty = cell.source.strip() == EMPTY
            yield _outcome(cell, None, "still empty" if empty else "for a person to read")
        if cell.cell_type != "code" or LONG in cell.metadata.get("tags", []):
            continue
        code = answer(cell) if answer and is_answer(cell) else cell.source
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            result = shell.run_cell(code)
        error = result.error_before_exec or result.error_in_exec
        if is_test(cell) and isinstance(error, NotImplementedError):
            name = _place(error)[0]
            yield _outcome(cell, False, "not written yet", f"stopped at `raise` in {name}")
        elif is_test(cell):
            state = "passed" if error is None else "failed"
            yield _outcome(cell, error is None, state, _words(error))
        elif is_answer(cell) and error is not None:
            yield _outcome(cell, None, "does not run", _words(error))
        elif error is not None and "nbgrader" not in cell.metadata:
            yield Outcome("a cell of your own", 0.0, None, "does not run", _words(error))


def _outcome(cell: Any, passed: bool | None, state: str, message: str = "") -> Outcome:
    nbgrader = cell.metadata.nbgrader
    points = float(nbgrader.get("points", 0))
    return Outcome(nbgrader.grade_id, points, passed, state, message)


def _is_graded(cell: Any) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def _words(error: BaseException | None) -> str:
    """Return an exception for a student: a test speaks for itself, others say what they are."""
    if error is None:
        return ""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__} in line {error.lineno} of the cell: {error.msg}"
    text = str(error).strip()
    if isinstance(error, AssertionError) and text:
        return text
    name, line = _place(error)
    return f"{type(error).__name__}{': ' if text else ''}{text} (line {line} of {name})"


def _place(error: BaseException) -> tuple[str, int]:
    """Return the innermost function of the notebook that an error passed through, and the line.

    The line counts from the top of its cell.
    """
    place = ("this cell", 0)
    for frame in traceback.extract_tb(error.__traceback__):
        if "ipython-input" in frame.filename:
            place = (frame.name.replace("<module>", "this cell"), frame.lineno or 0)
    return place


def _read(path: Path) -> Any:
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as error:
        raise InputError(f"check: needed a Jupyter notebook; got {path}") from error


def _main(path: str, results: str) -> None:
    # Opened before the student's code runs, and written to as each cell ends.
    with open(results, "w", encoding="utf-8") as out:  # noqa: PTH123
        for outcome in run_cells(_read(Path(path)).cells):
            out.write(json.dumps(asdict(outcome)) + "\n")
            out.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
