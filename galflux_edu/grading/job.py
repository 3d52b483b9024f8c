"""What there is to grade: a problem set, a submission to it, and the key of the grades it gets.

The key is the hash of everything that grades depend on. It is worked out without loading the
hidden checks, which takes a second: where the cache knows the grades, nobody needs them.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from types import ModuleType
from typing import Any

from ..notebook.cells import is_demo, is_test
from ..notebook.submission import REPORT
from .private import course_secret, question_seed
from .root import load_checks, load_set, solution_cells
from .sandbox import Cell, Limits, visible_rooms

LIBRARIES = ("ipython", "jax", "numpy", "scipy")  # whatever may change a result
PACKAGE = Path(__file__).resolve().parents[1]
GRADING_ROOMS = ("grading", "notebook")  # no sandbox sees them
UNREAD = {"__pycache__", ".ipynb_checkpoints", "grades"}  # grades: what is done with them later


@dataclass(frozen=True)
class ProblemSet:
    """Where a problem set lies, and whether its submissions may run without isolation.

    Parameters
    ----------
    root
        The course: the folder of nbgrader_config.py, grader_tests and the gradebook.
    release
        The folder of the released notebook and the files it opens.
    name
        The problem set, ``"ps4_convolution"``.
    allow_unsandboxed
        Whether to run students' code all the same where nothing isolates it.
    """

    root: Path
    release: Path
    name: str
    allow_unsandboxed: bool = False

    @property
    def checks(self) -> ModuleType:
        """Return the module of its hidden checks."""
        return load_checks(self.root, self.name)

    @property
    def limits(self) -> Limits:
        """Return what one submission may use."""
        return getattr(load_set(self.root, self.name), "LIMITS", Limits())

    @property
    def masked(self) -> tuple[str, ...]:
        """Return the modules that hold its answers."""
        return getattr(load_set(self.root, self.name), "MASKED", ())

    @property
    def forbidden(self) -> tuple[str, ...]:
        """Return the names that an answer may not use."""
        return getattr(load_set(self.root, self.name), "FORBIDDEN", ())

    @property
    def solution(self) -> tuple[Cell, ...]:
        """Return the cells of the solution that define its functions, up to the last of them."""
        return solution_cells(self.root, self.name)


@dataclass(frozen=True)
class GradingJob:
    """One submission to be graded.

    Parameters
    ----------
    cells
        Its code cells.
    points
        What each question is worth, by grade_id.
    seeds
        What the inputs of each question are drawn from.
    attempt
        The hash of what was handed in.
    key
        The hash of everything that its grades depend on.
    """

    cells: list[Cell]
    points: dict[str, float]
    seeds: dict[str, str]
    attempt: str
    key: str


def grading_job(notebook: Any, student: str, problems: ProblemSet, isolation: str) -> GradingJob:
    """Return what there is to grade.

    Parameters
    ----------
    notebook
        What `merge_with_release` made of the submission.
    student
        Whose it is.
    problems
        The problem set.
    isolation
        What `probe` returned.
    """
    cells = [_cell(cell) for cell in notebook.cells if cell.cell_type == "code"]
    points = {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in notebook.cells
        if is_test(cell)
    }
    attempt = _hash([asdict(cell) for cell in cells])
    secret = course_secret(problems.root)
    seeds = {name: question_seed(secret, problems.name, name, student, attempt) for name in points}
    about = [environment_hash(problems), isolation, notebook.metadata[REPORT]]
    return GradingJob(cells, points, seeds, attempt, key=_hash([attempt, points, seeds, about]))


def _cell(cell: Any) -> Cell:
    return Cell(
        source=cell.source,
        cell_id=cell.id,
        graded=is_test(cell),
        demo=is_demo(cell),
    )


@cache
def environment_hash(problems: ProblemSet) -> str:
    """Return the hash of what grades depend on besides the submission: files and versions."""
    return _hash([input_hashes(problems), versions()])


@cache
def input_hashes(problems: ProblemSet) -> dict[str, str]:
    """Return the hash of each file that the grades of this set depend on, by its name.

    These are its own checks, its released notebook and what that opens, its solution, the grading
    code, and what a sandbox can import; the checks of another set are none of them. A process
    looks once, as it loads all of them only once.
    """
    root, name = problems.root, problems.name
    places = {
        f"grader_tests/{name}": root / "grader_tests" / name,
        f"exercises/{name}": problems.release,
        f"solutions/{name}": root / "solutions" / name,
        **{f"{PACKAGE.name}/{room}": PACKAGE / room for room in (*GRADING_ROOMS, *visible_rooms())},
    }
    hashes = {}
    for called, place in places.items():
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and not UNREAD & {*path.relative_to(place).parts}:
                inside = "" if path == place else f"/{path.relative_to(place).as_posix()}"
                hashes[called + inside] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return hashes


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that may change a grade."""
    return {"python": python_version(), **{name: version(name) for name in LIBRARIES}}


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
