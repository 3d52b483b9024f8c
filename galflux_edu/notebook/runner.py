"""Run the cells of a merged notebook, in order and in one shell, as the grader does.

``python -m galflux_edu.notebook.runner JOB RESULTS`` is the process of `check_notebook`: it writes
one line of JSON as each cell ends, so that a crash or an endless loop loses that cell only.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .cells import is_answer, is_demo, is_graded, is_test
from .conditions import Conditions
from .shell import Outputs, Shell, Stream, TimeUp, make_shell, time_limit
from .words import explain, unwritten

EMPTY = "YOUR ANSWER HERE"
SHOWN = 1 << 20  # characters of a cell's output that are kept
PASSED, FAILED, BROKEN = "passed", "failed", "does not run"


@dataclass(frozen=True)
class Outcome:
    """What became of one cell: `passed` is None where no test decides."""

    cell: str
    points: float
    passed: bool | None
    state: str
    message: str = ""


def run_cells(
    cells: list[Any],
    answer: Callable[[Any], str] | None = None,
    conditions: Conditions | None = None,
) -> Iterator[Outcome]:
    """Run `cells` in this process and yield the outcome of each graded or broken one.

    Parameters
    ----------
    cells
        The notebook's cells.
    answer
        If given, says what code to run in the place of a cell that a student writes.
    conditions
        What the notebook meets.
    """
    conditions = conditions or Conditions()
    shell = make_shell()
    for cell in cells:
        source = answer(cell) if answer and is_answer(cell) else cell.source
        outcome = run_cell(shell, cell, source, conditions)
        if outcome is not None:
            yield outcome


def run_cell(shell: Shell, cell: Any, source: str, conditions: Conditions) -> Outcome | None:
    """Run one cell and return what became of it, if that is worth a word."""
    if cell.cell_type == "markdown" and is_graded(cell):
        empty = cell.source.strip() == EMPTY
        return outcome_of(cell, None, "still empty" if empty else "for a person to read")
    if cell.cell_type != "code" or is_demo(cell):
        return None
    error = _run(shell, source, conditions.cell_seconds)
    if error is None:
        return outcome_of(cell, True, PASSED) if is_test(cell) else None
    if isinstance(error, TimeUp):
        message = f"It ran for more than {conditions.cell_seconds:g} s: is there an endless loop?"
        return outcome_of(cell, False if is_test(cell) else None, "too slow", message)
    name = unwritten(error)
    if name and is_test(cell):
        own = name == cell.metadata["nbgrader"]["grade_id"]
        return outcome_of(cell, False, "not written yet" if own else f"not written yet: {name}")
    if name and not is_answer(cell):  # a picture made of what is not written yet
        return None
    message = explain(error, conditions.hidden, conditions.folder)
    return outcome_of(
        cell, *((False, FAILED) if is_test(cell) else (None, BROKEN)), message=message
    )


def _run(shell: Shell, source: str, seconds: float) -> BaseException | None:
    """Return what stopped a cell."""
    shell.shown = Outputs(SHOWN)
    out, err = Stream(shell, "stdout"), Stream(shell, "stderr")
    try:
        with redirect_stdout(out), redirect_stderr(err), time_limit(seconds):
            result = shell.run_cell(source, store_history=True)
    except TimeUp as late:  # it rang outside of the cell's own code
        return late
    return result.error_before_exec or result.error_in_exec


def outcome_of(cell: Any, passed: bool | None, state: str, message: str = "") -> Outcome:
    """Return the outcome of a cell under the name by which its student finds it."""
    nbgrader = cell.metadata.get("nbgrader")
    if nbgrader is None:
        number = int(cell.id.removeprefix("own-")) + 1
        first = next(filter(None, map(str.strip, cell.source.split("\n"))), "")
        return Outcome(f"cell {number}, your own: {first[:40]}", 0.0, passed, state, message)
    return Outcome(nbgrader["grade_id"], float(nbgrader.get("points", 0)), passed, state, message)


def main(job: str, results: str) -> None:
    """Run the cells of the file `job`, without those to skip, and write an outcome for each."""
    work = json.loads(Path(job).read_text(encoding="utf-8"))
    conditions = Conditions(**work["conditions"] | {"folder": Path(work["conditions"]["folder"])})
    sys.modules.update(dict.fromkeys(conditions.hidden))  # None: it cannot be imported
    shell = make_shell()
    # Opened before the student's code runs, and written to as each cell ends.
    with open(results, "w", encoding="utf-8") as out:  # noqa: PTH123
        for number, fields in enumerate(work["cells"]):
            if number in work["skipped"]:
                continue
            cell = SimpleNamespace(**fields)  # nbformat takes two seconds to load
            outcome = run_cell(shell, cell, cell.source, conditions)
            line = {"number": number, "outcome": outcome and asdict(outcome)}
            out.write(json.dumps(line) + "\n")
            out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
