"""Find the course on disk, and the hidden checks in it."""

import contextlib
import importlib
import io
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import InputError
from ..notebook.cells import is_answer, is_demo, is_test
from ..notebook.release import read_release
from .checks import Question
from .sandbox import Cell

CONFIG = "nbgrader_config.py"
CHECKS = "grader_tests"  # the folder of the hidden checks, and the package that they are


def course_root(start: Path | None = None) -> Path:
    """Return the nearest folder, from `start` upwards, that holds the course.

    Raises
    ------
    InputError
        If there is none; students, for one, never get it.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file() and (folder / CHECKS).is_dir():
            return folder
    raise InputError(
        f"course: needed a folder with {CONFIG} and grader_tests, here or above; got {start}"
    )


def load_checks(root: Path, name: str) -> ModuleType:
    """Return the hidden checks of the problem set `name`, ``grader_tests/<name>/checks.py``."""
    if not (re.fullmatch(r"\w+", name) and (root / CHECKS / name / "checks.py").is_file()):
        raise InputError(f"checks: needed grader_tests/{name}/checks.py in {root}; it is not there")
    return load(root, f"{CHECKS}.{name}.checks")


def load_question(root: Path, name: str, grade_id: str) -> Question:
    """Return the hidden check of one graded cell."""
    questions = load_checks(root, name).QUESTIONS
    if grade_id not in questions:
        raise InputError(
            f"checks: needed a question {grade_id!r} in grader_tests/{name}/checks.py; "
            f"got {', '.join(questions)}"
        )
    return questions[grade_id]


def load_set(root: Path, name: str) -> ModuleType:
    """Return ``grader_tests/<name>``: what its sandbox hides and allows."""
    return load(root, f"{CHECKS}.{name}")


@cache
def solution_cells(root: Path, name: str) -> tuple[Cell, ...]:
    """Return the code cells of the solution up to the last answer, without tests and demos.

    A process reads them once: every submission of a class has them at hand.
    """
    release = read_release(root / "solutions" / name, name)
    cells = [cell for cell in release.cells if cell.cell_type == "code"]
    last = max((i for i, cell in enumerate(cells) if is_answer(cell)), default=-1)
    return tuple(
        Cell(cell.source, cell.id, graded=False)
        for cell in cells[: last + 1]
        if not (is_test(cell) or is_demo(cell))
    )


@cache
def solution_functions(root: Path, name: str) -> dict[str, Any]:
    """Return the names that the solution defines; its cells run in this process, once."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in solution_cells(root, name):
            exec(compile(cell.source, f"solutions/{name}/{cell.cell_id}", "exec"), names)  # noqa: S102 - the course's own text
    return names


def load(root: Path, module: str) -> ModuleType:
    """Import `module` of the course: grader_tests is no installed package, and never will be.

    The modules of another course, which a process that lives long may hold, make way first.
    """
    loaded = {name: each for name, each in sys.modules.items() if _top(name) == CHECKS}
    # A folder without __init__.py is a module too, but has no file.
    files = [each.__file__ for each in loaded.values() if getattr(each, "__file__", None)]
    strangers = not all(Path(file).is_relative_to(root) for file in files)
    for name in loaded if strangers else ():
        del sys.modules[name]
    if strangers or str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module(module)


def _top(name: str) -> str:
    return name.partition(".")[0]
