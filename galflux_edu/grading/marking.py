"""Mark one submission: run it in two passes, ask its functions, write what the student reads.

In the first pass the cells run for display and see no hidden input. In the second, a fresh one
whose outputs are thrown away, the hidden checks call the student's functions and compare in this
process, where no student's code ever runs.
"""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import InputError
from ..notebook.submission import REPORT
from .checks import Behaviour, Check
from .private import Cache
from .run import feedback, points, run_check
from .sandbox import CellResult, Session, probe
from .shortcuts import shortcuts
from .work import ProblemSet, Work, files, versions, work_of

LONGEST_MESSAGE = 300  # in a report; the page of feedback shows all of it
UNSANDBOXED = (
    "Graded without isolation: this code ran with all rights of the person who graded it, so its "
    "marks can be trusted as far as its author can."
)


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
        What `merge_with_release` made of the submission.
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
    work = work_of(notebook, student, problems, isolation)
    kept = Cache(problems.root)
    found = None if again else kept.get(work.key)
    if found:
        return Marks(**found)
    questions = _checks(work.points, problems)
    if notebook.metadata[REPORT]["unreadable"]:
        marks = _unread(notebook, questions)
    else:
        marks = _run(work, questions, problems, isolation)
    report = {
        "assignment": problems.name,
        "student": student,
        "attempt": work.attempt,
        "key": work.key,
        "isolation": isolation,
        **marks.report,
        "flags": [*notebook.metadata[REPORT]["flags"], *marks.report["flags"]],
        "versions": versions(),
        "files": files(problems),
    }
    used = shortcuts(notebook, getattr(problems.checks, "FORBIDDEN", ()))
    report["for_a_person"] = list(filter(None, [notebook.metadata[REPORT]["unreadable"], *used]))
    marks = Marks(work.key, marks.outputs, report)
    kept.put(work.key, asdict(marks))
    return marks


def _checks(asked: dict[str, float], problems: ProblemSet) -> dict[str, Check]:
    """Return the check of each question; `asked` says their points, by grade_id."""
    checks = problems.checks.CHECKS
    checked = {name: check.points for name, check in checks.items() if name in asked}
    if asked != checked:
        raise InputError(
            f"grade: needed the same questions and points in the notebook of {problems.name} and "
            f"in its checks; got {dict(asked.items() ^ checked.items())}"
        )
    return {name: checks[name] for name in asked}


def _run(work: Work, questions: dict[str, Check], problems: ProblemSet, isolation: str) -> Marks:
    start, cells = time.perf_counter(), work.cells
    with Session(isolation, problems.limits, problems.masked, problems.release) as session:
        shown = dict(zip((cell.cell_id for cell in cells), session.display(cells), strict=True))
        session.load([cell for cell in cells if not cell.graded])  # visible tests were shown
        behaviours = {
            name: run_check(check, session, work.seeds[name]) for name, check in questions.items()
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
        "behaviours": {
            name: [
                [each.name, each.gained, each.points, each.message[:LONGEST_MESSAGE]]
                for each in seen
            ]
            for name, seen in behaviours.items()
        },
    }
