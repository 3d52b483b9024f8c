"""A class goes through stock nbgrader, from the repository root, and gets the marks it should."""

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from mini_course import MINI, REPOSITORY

from galflux_edu.course import course_sets
from galflux_edu.course.notebook import is_answer, is_test

COURSE = ("course", "solutions", "exercises", "grader_tests", "nbgrader_config.py")
DUE, HANDED_IN = "2026-03-01 12:00:00 UTC", "2026-03-03 09:00:00 UTC"  # on the second day late


@pytest.fixture(params=[MINI, *course_sets(REPOSITORY)])
def name(request) -> str:
    return request.param


@pytest.fixture
def root(name, copied, tmp_path) -> Path:
    """A fresh clone, as an instructor has it."""
    if name == MINI:
        return copied
    fresh = tmp_path / "clone"
    for part in COURSE:
        if (REPOSITORY / part).is_dir():
            shutil.copytree(REPOSITORY / part, fresh / part)
        else:
            shutil.copy(REPOSITORY / part, fresh)
    return fresh


def _nbgrader(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _hand_in(root: Path, name: str, student: str, side: str, edit: Callable | None = None) -> Path:
    folder = root / "submitted" / student / name
    shutil.copytree(root / side / name, folder)
    path = folder / f"{name}.ipynb"
    if edit:
        notebook = nbformat.read(path, as_version=4)
        edit(notebook.cells)
        nbformat.write(notebook, path)
    return folder


def _source(root: Path, name: str) -> list:
    return nbformat.read(root / "solutions" / name / f"{name}.ipynb", as_version=4).cells


def _half_done(root: Path, name: str) -> tuple[Callable, float]:
    """Return an edit that solves the first half of the questions, and what it deserves."""
    solved = _source(root, name)
    answers = [i for i, cell in enumerate(solved) if cell.cell_type == "code" and is_answer(cell)]
    end = answers[len(answers) // 2]
    deserved = sum(cell.metadata.nbgrader.points for cell in solved[:end] if is_test(cell))

    def edit(cells):
        for i in answers:
            if i < end:
                cells[i].source = solved[i].source

    return edit, float(deserved)


def _noisy(cells):
    """Warn and print in every answer: on stderr it must not cost a point."""
    cells[0].cell_type, cells[0].outputs, cells[0].execution_count = "code", [], None
    cells[0].source = (
        "import sys, warnings, numpy\n"
        "numpy.seterr(all='warn')\n"
        "class Loud:\n"
        "    def __call__(self, function):\n"
        "        def loud(*args, **kwargs):\n"
        "            print('out'); print('err', file=sys.stderr); warnings.warn('loud')\n"
        "            return function(*args, **kwargs)\n"
        "        return loud"
    )
    for cell in cells:
        if cell.cell_type == "code" and is_answer(cell):
            cell.source = "\n".join(
                f"@Loud()\n{line}" if line.startswith("def ") else line
                for line in cell.source.split("\n")
            )


def _skip_tests(cells):
    """Tag every test so that the notebook runner would skip it, and hope for full marks."""
    for cell in cells:
        if is_test(cell):
            cell.metadata.tags = ["demo", "skip-execution"]


def test_a_class_gets_the_marks_it_should(root, name):
    before = (root / "exercises" / name / f"{name}.ipynb").read_bytes()
    _nbgrader(root, "generate_assignment", name)
    assert (root / "exercises" / name / f"{name}.ipynb").read_bytes() == before
    _nbgrader(root, "db", "assignment", "add", name, f"--duedate={DUE}")

    full = float(sum(c.metadata.nbgrader.points for c in _source(root, name) if is_test(c)))
    half, deserved = _half_done(root, name)
    _hand_in(root, name, "solved", "solutions")
    _hand_in(root, name, "blank", "exercises")
    _hand_in(root, name, "half", "exercises", half)
    late = _hand_in(root, name, "late", "solutions")
    (late / "timestamp.txt").write_text(HANDED_IN)
    _hand_in(root, name, "noisy", "solutions", _noisy)
    _hand_in(root, name, "sly", "exercises", _skip_tests)
    _nbgrader(root, "autograde", name)
    _nbgrader(root, "generate_feedback", name)
    _nbgrader(root, "export")

    with (root / "grades.csv").open() as table:
        rows = {row["student_id"]: row for row in csv.DictReader(table)}
    scores = {student: float(row["score"]) for student, row in rows.items()}
    assert scores == {
        "solved": full,
        "blank": 0.0,
        "half": deserved,
        "late": pytest.approx(0.8 * full),
        "noisy": full,
        "sly": 0.0,
    }
    assert 0 < deserved < full

    page = (root / "feedback" / "half" / name / f"{name}.html").read_text(encoding="utf-8")
    assert "is not written yet." in page
    assert "grader_tests" not in page  # no source and no traceback of hidden code
