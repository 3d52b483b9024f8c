"""Grade one submission: run it in two passes, ask its functions, write what the student reads.

In the first pass the cells run for display and see no hidden input. In the second, a fresh one
whose outputs are thrown away, the hidden checks call the student's functions and compare in this
process, where no student's code ever runs.
"""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import InputError
from ..notebook.forbidden import forbidden_names
from ..notebook.submission import REPORT
from .checks import Behaviour, Question
from .job import GradingJob, ProblemSet, grading_job, input_hashes, versions
from .private import Cache
from .run import earlier_functions, feedback, points, run_question
from .sandbox import CellResult, Session, probe

LONGEST_MESSAGE = 300  # in a report; the page of feedback shows all of it
UNSANDBOXED = (
    "Graded without isolation: this code ran with all rights of the person who graded it, so its "
    "grades can be trusted as far as its author can."
)


@dataclass(frozen=True)
class Grades:
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


def grade_submission(
    notebook: Any, student: str, problems: ProblemSet, *, again: bool = False
) -> Grades:
    """Return the grades of a merged notebook, from the cache if it was graded before.

    Parameters
    ----------
    notebook
        What `merge_with_release` made of the submission.
    student
        Whose it is.
    problems
        The problem set.
    again
        Whether to run it even if its grades are in the cache.

    Raises
    ------
    IsolationError
        If nothing isolates the student's code here and that is not allowed.
    InputError
        If the notebook and the checks do not ask the same questions for the same points.
    """
    isolation = probe(problems.allow_unsandboxed)
    job = grading_job(notebook, student, problems, isolation)
    kept = Cache(problems.root)
    found = None if again else kept.get(job.key)
    if found:
        return Grades(**found)
    questions = _checks(job.points, problems)
    if notebook.metadata[REPORT]["unreadable"]:
        graded = _unread(notebook, questions)
    else:
        graded = _run(job, questions, problems, isolation)
    report = {
        "assignment": problems.name,
        "student": student,
        "attempt": job.attempt,
        "key": job.key,
        "isolation": isolation,
        **graded.report,
        "flags": [*notebook.metadata[REPORT]["flags"], *graded.report["flags"]],
        "versions": versions(),
        "files": input_hashes(problems),
    }
    used = forbidden_names(notebook, problems.forbidden)
    report["for_a_person"] = list(filter(None, [notebook.metadata[REPORT]["unreadable"], *used]))
    graded = Grades(job.key, graded.outputs, report)
    kept.put(job.key, asdict(graded))
    return graded


def _checks(asked: dict[str, float], problems: ProblemSet) -> dict[str, Question]:
    """Return the check of each question; `asked` says their points, by grade_id."""
    checks = problems.checks.QUESTIONS
    checked = {name: each.points for name, each in checks.items() if name in asked}
    if asked != checked:
        raise InputError(
            f"grade: needed the same questions and points in the notebook of {problems.name} and "
            f"in its checks; got {dict(asked.items() ^ checked.items())}"
        )
    return {name: checks[name] for name in asked}


def _run(
    job: GradingJob, questions: dict[str, Question], problems: ProblemSet, isolation: str
) -> Grades:
    start, cells, checks = time.perf_counter(), job.cells, problems.checks
    sandbox = (isolation, problems.limits, problems.masked, problems.release, problems.solution)
    behaviours: dict[str, tuple[Behaviour, ...]] = {}
    with Session(*sandbox) as session:
        shown = dict(zip((cell.cell_id for cell in cells), session.display(cells), strict=True))
        for cell in cells:
            session.load(cell)
            # Here and not at the end: this is the function that the visible tests judged.
            if cell.cell_id in questions:
                earlier = earlier_functions(checks, cell.cell_id)
                asked = questions[cell.cell_id], session, job.seeds[cell.cell_id], earlier
                behaviours[cell.cell_id] = run_question(*asked)
    outputs = {cell_id: result.outputs for cell_id, result in shown.items()}
    for name, question in questions.items():
        outputs[name] = [*_graded(question, behaviours[name]), *outputs[name]]
    flags = [f"`{cell_id}`: {result.message}" for cell_id, result in shown.items() if _odd(result)]
    if isolation == "none":
        flags.insert(0, UNSANDBOXED)
    report = _points(questions, behaviours) | {
        "seconds": round(time.perf_counter() - start, 3),
        "restarts": session.restarts,
        "log": session.log,
        "flags": flags,
    }
    return Grades("", outputs, report)


def _unread(notebook: Any, questions: dict[str, Question]) -> Grades:
    """Return the grades of a notebook that nobody could read: zero for every question."""
    sentence = notebook.metadata[REPORT]["unreadable"]
    behaviours = {
        name: (Behaviour("all of it", question.points, False, sentence),)
        for name, question in questions.items()
    }
    outputs = {name: _graded(question, behaviours[name]) for name, question in questions.items()}
    report = {"seconds": 0.0, "restarts": 0, "log": [], "flags": []}
    return Grades("", outputs, _points(questions, behaviours) | report)


def _odd(result: CellResult) -> bool:
    return result.state not in ("ok", "error", "skipped")


def _graded(question: Question, behaviours: tuple[Behaviour, ...]) -> list[dict[str, Any]]:
    """Return the outputs that nbgrader and the student read.

    nbgrader takes the first result for the points, if it is one finite number within the points;
    of anything else it would make full points.
    """
    gained = min(max(points(behaviours), 0.0), question.points)
    number = {
        "output_type": "execute_result",
        "data": {"text/plain": repr(float(gained))},
        "metadata": {},
        "execution_count": None,
    }
    text = {"output_type": "stream", "name": "stdout", "text": feedback(question, behaviours)}
    return [number, text]


def _points(
    questions: dict[str, Question], behaviours: dict[str, tuple[Behaviour, ...]]
) -> dict[str, Any]:
    gained = {name: points(each) for name, each in behaviours.items()}
    return {
        "points": round(sum(gained.values()), 6),
        "max_points": round(sum(question.points for question in questions.values()), 6),
        "questions": gained,
        "behaviours": {
            name: [
                [each.name, each.gained, each.points, each.message[:LONGEST_MESSAGE]]
                for each in seen
            ]
            for name, seen in behaviours.items()
        },
    }
