"""Check a notebook with the grader's own eyes: what it reads, restores and runs, and what fails.

The student's file is read tolerantly, merged with the release, and run in a process and a folder
of its own, where only the release's files are.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .cells import is_answer, is_test
from .conditions import Conditions, read_conditions
from .forbidden import forbidden_names
from .release import (
    CHANGED,
    MISSING,
    REPEATED,
    RETYPED,
    differences,
    find_release,
    merge_with_release,
    read_release,
)
from .runner import Outcome, outcome_of
from .submission import REPORT, read_submission

STUB = "# YOUR CODE HERE"
NOTES = {
    MISSING: "{} is missing: it is put back, as in grading.",
    "answer missing": "{} is missing (deleted, or merged with another one): it is put back as it "
    "was given to you, as in grading. Write your answer into it.",
    REPEATED: "{} is there more than once: the last one counts.",
    RETYPED: "{} became a {} cell: that is undone.",
    CHANGED: "{} was changed: the original is used, as in grading.",
}
RESTARTS = 10
RUNNER = ("-P", "-m", f"{__package__}.runner")


@dataclass(frozen=True)
class Checked:
    """What became of a notebook: of each cell, and in sentences what was done to it before.

    Parameters
    ----------
    outcomes
        Of each graded or broken cell, in the notebook's order.
    notes
        What was put back, and what else a student should know.
    untouched
        Whether nothing at all is written into it yet.
    """

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    untouched: bool = False

    @property
    def tests(self) -> tuple[Outcome, ...]:
        """Return the outcomes that a test decides."""
        return tuple(each for each in self.outcomes if each.passed is not None)

    @property
    def passed(self) -> bool:
        """Return whether every visible test passes."""
        return not self.untouched and all(each.passed for each in self.tests)


def check_notebook(path: Path, seconds: float = 300.0) -> Checked:
    """Run the notebook at `path` as the grader does and return what became of its cells.

    Parameters
    ----------
    path
        A released notebook, worked on or not. It is only read.
    seconds
        How long all of it may take.

    Raises
    ------
    InputError
        If `path` is no notebook, or belongs to no problem set of the course.
    """
    path.stat()  # the operating system says best what is not there
    path = path.resolve()
    notebook = read_submission(path)
    if why := notebook.metadata[REPORT]["unreadable"]:
        raise InputError(f"check: needed a Jupyter notebook; got {path}. {why}")
    folder = find_release(path, notebook)
    release = read_release(folder, folder.name)
    notes = list(_notes(path, notebook, release, folder.name))
    if _is_untouched(notebook, release):
        return Checked((), tuple(notes), untouched=True)
    conditions = read_conditions(release, path.parent)
    notebook = merge_with_release(notebook, release)
    notes += [
        re.sub(r"^`own-(\d+)`", lambda own: f"Cell {int(own[1]) + 1}", sentence)
        for sentence in forbidden_names(notebook, conditions.forbidden)
    ]
    outcomes = _run(notebook.cells, folder, conditions, seconds)
    return Checked(tuple(outcomes), tuple(notes))


def _is_untouched(notebook: Any, release: Any) -> bool:
    """Return whether all of a notebook is the release's, and its answers are stubs."""
    stubs = {cell.source for cell in release.cells if is_answer(cell) and STUB in cell.source}
    sources = {cell.source for cell in notebook.cells}
    return bool(stubs) and stubs <= sources <= {cell.source for cell in release.cells}


def _notes(path: Path, notebook: Any, release: Any, name: str) -> Iterator[str]:
    """Say what is put back before the notebook is graded."""
    if path.stem != name:
        yield f"Hand it in as {name}.ipynb: this file is called {path.name}."
    for cell, how, kind in differences(notebook, release):
        what = "test cell" if is_test(cell) else "answer cell" if is_answer(cell) else "cell"
        note = NOTES[how if how != MISSING or not is_answer(cell) else "answer missing"]
        yield note.format(f"The {what} `{cell.metadata.nbgrader.grade_id}`", kind)


def _run(
    cells: list[Any], release: Path, conditions: Conditions, seconds: float
) -> Iterator[Outcome]:
    """Run the cells and yield their outcomes; after a crash the others run again without it."""
    deadline, crashes = time.monotonic() + seconds, dict[int, Outcome]()
    outcomes: dict[int, Outcome | None] = {}
    late = f"The notebook ran for more than {seconds:g} s: is there an endless loop above?"
    for _ in range(RESTARTS):
        outcomes, code = _run_once(cells, release, conditions, deadline, [*crashes])
        left = [number for number in range(len(cells)) if number not in outcomes.keys() | crashes]
        if not left or code is None:
            break
        message = f"It ended Python (exit code {code})."
        passed = False if is_test(cells[left[0]]) else None
        crashes[left[0]] = outcome_of(cells[left[0]], passed, "ended Python", message)
    for number, cell in enumerate(cells):
        outcome = crashes.get(number, outcomes.get(number))
        if outcome is not None:
            yield outcome
        elif number not in outcomes and is_test(cell):
            yield outcome_of(cell, False, "not reached", late)


def _run_once(
    cells: list[Any],
    release: Path,
    conditions: Conditions,
    deadline: float,
    skipped: list[int],
) -> tuple[dict[int, Outcome | None], int | None]:
    """Return the outcome of each cell that was reached, and how the process ended."""
    with tempfile.TemporaryDirectory(prefix="galflux-", ignore_cleanup_errors=True) as scratch:
        job, results, folder = (Path(scratch, each) for each in ("job", "results", "work"))
        shutil.copytree(release, folder)
        results.touch()
        work = {
            "cells": cells,
            "skipped": skipped,
            "conditions": asdict(conditions) | {"folder": str(conditions.folder)},
        }
        job.write_text(json.dumps(work), encoding="utf-8")
        try:
            code = subprocess.run(  # noqa: S603
                [sys.executable, *RUNNER, str(job), str(results)],
                cwd=folder,
                env=_environment(scratch),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=max(0.0, deadline - time.monotonic()),
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = None
        lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    outcomes = {line["number"]: line["outcome"] and Outcome(**line["outcome"]) for line in lines}
    return outcomes, code


def _environment(scratch: str) -> dict[str, str]:
    """Return the variables of the sandbox that a notebook can notice, on top of one's own."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "IPYTHONDIR": scratch,
        "JAX_PLATFORMS": "cpu",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
