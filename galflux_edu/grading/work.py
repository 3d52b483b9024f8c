"""What there is to mark: a problem set, a submission to it, and the key of the marks it gets.

The key is the hash of everything that marks depend on. It is worked out without loading the
hidden checks, which takes a second: where the cache knows the marks, nobody needs them.
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

from ..notebook.submission import REPORT
from .private import course_secret, question_seed
from .root import load_checks
from .sandbox import Cell, Limits

LIBRARIES = ("ipython", "jax", "numpy", "scipy")  # whatever may change a result


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
        return getattr(self.checks, "LIMITS", Limits())

    @property
    def masked(self) -> tuple[str, ...]:
        """Return the modules that hold its answers."""
        return getattr(self.checks, "MASKED", ())


@dataclass(frozen=True)
class Work:
    """One submission to be marked.

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
        The hash of everything that its marks depend on.
    """

    cells: list[Cell]
    points: dict[str, float]
    seeds: dict[str, str]
    attempt: str
    key: str


def work_of(notebook: Any, student: str, problems: ProblemSet, isolation: str) -> Work:
    """Return what there is to mark.

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
        if _is_graded(cell)
    }
    attempt = _hash([asdict(cell) for cell in cells])
    secret = course_secret(problems.root)
    seeds = {name: question_seed(secret, problems.name, name, student, attempt) for name in points}
    about = [circumstances(problems), isolation, notebook.metadata[REPORT]]
    return Work(cells, points, seeds, attempt, key=_hash([attempt, points, seeds, about]))


def _is_graded(cell: Any) -> bool:
    nbgrader = cell.metadata.get("nbgrader", {})
    question = nbgrader.get("grade") and not nbgrader.get("solution")
    return cell.cell_type == "code" and bool(question)


def _cell(cell: Any) -> Cell:
    return Cell(
        source=cell.source,
        cell_id=cell.id,
        graded=_is_graded(cell),
        demo="demo" in cell.metadata.get("tags", ()),
    )


@cache
def circumstances(problems: ProblemSet) -> str:
    """Return the hash of what marks depend on besides the submission: `files` and `versions`."""
    return _hash([files(problems), versions()])


@cache
def files(problems: ProblemSet) -> dict[str, str]:
    """Return the hashes of the checks, of this package, and of the files that the notebook opens.

    A process looks once, as it loads all of them only once.
    """
    trees = {
        "checks": (problems.root / "grader_tests" / problems.name, "**/*.py"),
        "package": (Path(__file__).parents[1], "**/*.py"),
        "release": (problems.release, "**/*"),
    }
    return {
        name: _hash(
            [
                [path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]
                for path in sorted(folder.glob(pattern))
                if path.is_file()
            ]
        )
        for name, (folder, pattern) in trees.items()
    }


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that may change a mark."""
    return {"python": python_version(), **{name: version(name) for name in LIBRARIES}}


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
