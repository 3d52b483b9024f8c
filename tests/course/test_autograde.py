"""A class goes through nbgrader, from the repository root, and gets the grades it should."""

import csv
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from classroom import MINI, REPOSITORY, clone, hand_in, nbgrader

from galflux_edu.course import course_sets
from galflux_edu.notebook import is_answer, is_test

DUE, HANDED_IN = "2026-03-01 12:00:00 UTC", "2026-03-03 09:00:00 UTC"  # on the second day late


LONG = [pytest.param(each, marks=pytest.mark.long) for each in course_sets(REPOSITORY)]


@pytest.fixture(params=[MINI, *LONG])
def name(request) -> str:
    return request.param


@pytest.fixture
def root(name, copied, tmp_path) -> Path:
    """A fresh clone, as an instructor has it."""
    return copied if name == MINI else clone(tmp_path / "clone")


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
    """Tag every test so that the notebook runner would skip it, and hope for full points."""
    for cell in cells:
        if is_test(cell):
            cell.metadata.tags = ["demo", "skip-execution"]


def test_a_class_gets_the_grades_it_should(root, name):
    before = (root / "exercises" / name / f"{name}.ipynb").read_bytes()
    nbgrader(root, "generate_assignment", name)
    assert (root / "exercises" / name / f"{name}.ipynb").read_bytes() == before
    nbgrader(root, "db", "assignment", "add", name, f"--duedate={DUE}")

    full = float(sum(c.metadata.nbgrader.points for c in _source(root, name) if is_test(c)))
    half, deserved = _half_done(root, name)
    hand_in(root, name, "solved", "solutions")
    hand_in(root, name, "blank", "exercises")
    hand_in(root, name, "half", "exercises", half)
    late = hand_in(root, name, "late", "solutions")
    (late / "timestamp.txt").write_text(HANDED_IN)
    hand_in(root, name, "noisy", "solutions", _noisy)
    hand_in(root, name, "sly", "exercises", _skip_tests)
    nbgrader(root, "autograde", name)
    nbgrader(root, "generate_feedback", name)
    nbgrader(root, "export")

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
