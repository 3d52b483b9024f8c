"""A class on disk: a course, what students hand in, the commands, and the grades they lead to."""

import atexit
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import nbformat

from galflux_edu.course import build, write

REPOSITORY = Path(__file__).resolve().parents[1]
MINI = "ps0_mini"
COURSE = ("course", "solutions", "exercises", "grader_tests", "nbgrader_config.py")


@cache
def isolates() -> bool:
    """Return whether submissions can be isolated on this computer."""
    probe = "from galflux_edu.grading.sandbox import probe; probe()"
    return run(REPOSITORY, "-c", probe).returncode == 0


def clone(root: Path) -> Path:
    """Return a fresh clone of the real course, as an instructor has it."""
    for part in COURSE:
        if (REPOSITORY / part).is_dir():
            shutil.copytree(REPOSITORY / part, root / part)
        else:
            shutil.copy(REPOSITORY / part, root)
    return root


def mini_course(root: Path) -> Path:
    """Return a course of one tiny problem set: built, known to the gradebook, configured."""
    return Path(shutil.copytree(_known_mini(), root, dirs_exist_ok=True))


@cache
def built_mini() -> Path:
    """Build it once for all tests of a process, which leave it as they found it."""
    root = _scratch()
    copy_mini(root)
    write(root, MINI, build(root, MINI))
    return root


@cache
def _known_mini() -> Path:
    root = Path(shutil.copytree(built_mini(), _scratch(), dirs_exist_ok=True))
    nbgrader(root, "generate_assignment", MINI)
    return root


def _scratch() -> Path:
    """Return a new folder that goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="galflux-mini-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def copy_mini(root: Path) -> None:
    """Copy the tiny course, not yet built: its own set beside what grades every grader."""
    ignored = shutil.ignore_patterns("ps4*", "__pycache__", "test_*")
    shutil.copytree(REPOSITORY / "grader_tests", root / "grader_tests", ignore=ignored)
    shutil.copytree(REPOSITORY / "tests" / "course" / "mini", root, dirs_exist_ok=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)


def hand_in(root: Path, name: str, student: str, side: str, edit: Callable | None = None) -> Path:
    """Hand in the solved or the released notebook, edited, and return the folder."""
    folder = root / "submitted" / student / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / side / name, folder)
    path = folder / f"{name}.ipynb"
    if edit:
        notebook = nbformat.read(path, as_version=4)
        edit(notebook.cells)
        path.write_text(json.dumps(notebook), encoding="utf-8")  # nbformat would repair what is bad
    return folder


def answer(source: str, grade_id: str = "double_code") -> Callable:
    """Return an edit for `hand_in` that puts `source` into an answer cell."""

    def edit(cells: list) -> None:
        (cell,) = (c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
        cell.source = source

    return edit


def solution_lines(source: str) -> set[str]:
    """Return the lines of all solution regions that are long enough to be someone's own."""
    regions = re.findall("### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.DOTALL)
    return {line.strip() for region in regions for line in region.split("\n") if len(line) > 25}


def run(root: Path, *command: str, path: str | None = None) -> subprocess.CompletedProcess:
    """Run a command in the course; `path` stands for the environment's PATH."""
    environment = dict(os.environ) if path is None else {**os.environ, "PATH": path}
    return subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def nbgrader(root: Path, *arguments: str) -> None:
    """Run a command of nbgrader that must succeed; galflux first, which makes nbformat quick."""
    program = "import galflux_edu.notebook, runpy; runpy.run_module('nbgrader', None, '__main__')"
    done = run(root, "-c", program, *arguments)
    assert done.returncode == 0, done.stderr


def scores(root: Path) -> dict[tuple[str, str], float | None]:
    """Return what the machine gave, by student and question, straight from the database."""
    with sqlite3.connect(f"file:{root / 'gradebook.db'}?mode=ro", uri=True) as gradebook:
        assert gradebook.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = gradebook.execute(
            """
            SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score
            FROM grade
            JOIN base_cell ON base_cell.id = grade.cell_id
            JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
            JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
            """
        ).fetchall()
    return {(student, question): score for student, question, score in rows}
