"""Mark one submission: run it in two passes, ask its functions, write what the student reads.

In the first pass the cells run for display and see no hidden input. In the second, a fresh one
whose outputs are thrown away, the hidden checks call the student's functions and compare in this
process, where no student's code ever runs.
"""

import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from types import ModuleType
from typing import Any

from ..errors import InputError
from .checks import Behaviour, Check
from .private import Cache, course_secret, question_seed
from .root import load_checks
from .run import feedback, points, run_check
from .sandbox import Cell, CellResult, Limits, Session, probe
from .shortcuts import shortcuts
from .submission import REPORT

LIBRARIES = ("ipython", "jax", "numpy", "scipy")  # whatever may change a result
UNSANDBOXED = (
    "Graded without isolation: this code ran with all rights of the person who graded it, so its "
    "marks can be trusted as far as its author can."
)


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
class Marks:
    """What one submission gets: the outputs of its cells and the grader's report.

    Parameters
    ----------
    key
        The hash of everything that they depend on.
    outputs
        The outputs of each code cell, by its id.
    report
        What the metadata of the notebook and the file beside the gradebook say.
    """

    key: str
    outputs: dict[str, list[dict[str, Any]]]
    report: dict[str, Any] = field(default_factory=dict)


def mark(notebook: Any, student: str, problems: ProblemSet, *, again: bool = False) -> Marks:
    """Return the marks of a rebuilt notebook, from the cache if it was marked before.

    Parameters
    ----------
    notebook
        What `rebuild` made of the submission.
    student
        Whose it is.
    problems
        The problem set.
    again
        Whether to run it even if its marks are in the cache.

    Raises
    ------
    IsolationError
        If nothing isolates the student's code here and that is not allowed.
    InputError
        If the notebook and the checks do not ask the same questions for the same points.
    """
    isolation = probe(problems.allow_unsandboxed)
    questions = _questions(notebook, problems)
    cells = [_cell(cell) for cell in notebook.cells if cell.cell_type == "code"]
    attempt = _hash([asdict(cell) for cell in cells])
    secret = course_secret(problems.root)
    seeds = {
        name: question_seed(secret, problems.name, name, student, attempt) for name in questions
    }
    circumstances = [_files(problems), isolation, _versions(), notebook.metadata[REPORT]]
    key = _hash([attempt, seeds, circumstances])
    kept = Cache(problems.root)
    found = None if again else kept.get(key)
    if found:
        return Marks(**found)
    if notebook.metadata[REPORT]["unreadable"]:
        marks = _unread(notebook, questions)
    else:
        marks = _run(cells, questions, seeds, problems, isolation)
    report = {
        "assignment": problems.name,
        "student": student,
        "attempt": attempt,
        "key": key,
        "isolation": isolation,
        **marks.report,
        "flags": [*notebook.metadata[REPORT]["flags"], *marks.report["flags"]],
        "versions": _versions(),
    }
    used = shortcuts(notebook, getattr(problems.checks, "FORBIDDEN", ()))
    report["for_a_person"] = list(filter(None, [notebook.metadata[REPORT]["unreadable"], *used]))
    marks = Marks(key, marks.outputs, report)
    kept.put(key, asdict(marks))
    return marks


def _questions(notebook: Any, problems: ProblemSet) -> dict[str, Check]:
    """Return the check of each graded code cell, by the cell's grade_id."""
    checks = problems.checks.CHECKS
    asked = {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in notebook.cells
        if _is_graded(cell)
    }
    checked = {name: check.points for name, check in checks.items() if name in asked}
    if asked != checked:
        raise InputError(
            f"grade: needed the same questions and points in the notebook of {problems.name} and "
            f"in its checks; got {dict(asked.items() ^ checked.items())}"
        )
    return {name: checks[name] for name in asked}


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


def _run(
    cells: list[Cell],
    questions: dict[str, Check],
    seeds: dict[str, str],
    problems: ProblemSet,
    isolation: str,
) -> Marks:
    start = time.perf_counter()
    with Session(isolation, problems.limits, problems.masked, problems.release) as session:
        shown = dict(zip((cell.cell_id for cell in cells), session.display(cells), strict=True))
        session.load([cell for cell in cells if not cell.graded])  # visible tests were shown
        behaviours = {
            name: run_check(check, session, seeds[name]) for name, check in questions.items()
        }
    outputs = {cell_id: result.outputs for cell_id, result in shown.items()}
    for name, check in questions.items():
        outputs[name] = [*_graded(check, behaviours[name]), *outputs[name]]
    flags = [f"`{cell_id}`: {result.message}" for cell_id, result in shown.items() if _odd(result)]
    if isolation == "none":
        flags.insert(0, UNSANDBOXED)
    report = _points(questions, behaviours) | {
        "seconds": round(time.perf_counter() - start, 3),
        "restarts": session.restarts,
        "log": session.log,
        "flags": flags,
    }
    return Marks("", outputs, report)


def _unread(notebook: Any, questions: dict[str, Check]) -> Marks:
    """Return the marks of a notebook that nobody could read: zero for every question."""
    sentence = notebook.metadata[REPORT]["unreadable"]
    behaviours = {
        name: (Behaviour("all of it", check.points, False, sentence),)
        for name, check in questions.items()
    }
    outputs = {name: _graded(check, behaviours[name]) for name, check in questions.items()}
    report = {"seconds": 0.0, "restarts": 0, "log": [], "flags": []}
    return Marks("", outputs, _points(questions, behaviours) | report)


def _odd(result: CellResult) -> bool:
    return result.state not in ("ok", "error", "skipped")


def _graded(check: Check, behaviours: tuple[Behaviour, ...]) -> list[dict[str, Any]]:
    """Return the outputs that nbgrader and the student read.

    nbgrader takes the first result for the points, if it is one finite number within the points;
    of anything else it would make full marks.
    """
    gained = min(max(points(behaviours), 0.0), check.points)
    number = {
        "output_type": "execute_result",
        "data": {"text/plain": repr(float(gained))},
        "metadata": {},
        "execution_count": None,
    }
    text = {"output_type": "stream", "name": "stdout", "text": feedback(check, behaviours)}
    return [number, text]


def _points(
    questions: dict[str, Check], behaviours: dict[str, tuple[Behaviour, ...]]
) -> dict[str, Any]:
    gained = {name: points(each) for name, each in behaviours.items()}
    return {
        "points": round(sum(gained.values()), 6),
        "max_points": round(sum(check.points for check in questions.values()), 6),
        "questions": gained,
    }


@cache
def _versions() -> dict[str, str]:
    return {"python": python_version(), **{name: version(name) for name in LIBRARIES}}


@cache
def _files(problems: ProblemSet) -> str:
    """Return the hash of the checks, of this package, and of the files that a notebook opens."""
    trees = (
        (problems.root / "grader_tests", "*.py"),
        (Path(__file__).parents[1], "**/*.py"),
        (problems.release, "**/*"),
    )
    digest = hashlib.sha256()
    for folder, pattern in trees:
        for path in sorted(folder.glob(pattern)):
            if path.is_file():
                digest.update(repr(path.relative_to(folder).as_posix()).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
