"""Say which grades a new grading would change, and why, before anything is written.

Every submission runs again, into the grader's cache only; `galflux grade` then finds the grades
there and writes them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..gradebook import open_gradebook
from ..jobs import course_lock, run_class
from ..nbgrader_plugins.course import Course
from ..private import grader_store
from .book import Grade, read_book

Reports = dict[str, Any]

FILES_NAMED = 3  # of the files that changed


@dataclass(frozen=True)
class Change:
    """Hold one grade that would change.

    Parameters
    ----------
    student, question
        Whose, and for what.
    old, new
        What the gradebook says and what it would say; `old` is None if it says nothing.
    cause
        Why, as far as it can be told.
    behaviours
        Which behaviours got another result, each with its sentence.
    """

    student: str
    question: str
    old: float | None
    new: float
    cause: str
    behaviours: str


@dataclass(frozen=True)
class RegradePreview:
    """Hold which grades a new grading would change, and who would have none, with the reason."""

    changes: list[Change] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def preview_regrade(
    root: Path, name: str, *, students: tuple[str, ...] = (), jobs: int | None = None
) -> RegradePreview:
    """Grade the problem set `name` again, without writing, and return what would change.

    Parameters
    ----------
    root
        The course.
    name
        The problem set.
    students
        Whose; everybody's if empty.
    jobs
        How many submissions run at a time; as many as there are cores if not given.

    Raises
    ------
    InputError
        As `grade_class` does.
    """
    with course_lock(root):
        running = run_class(Course(root, name), students, jobs=jobs)
        graded = sorted(running, key=lambda each: each.student)
    with open_gradebook(root) as gradebook:
        grades = read_book(gradebook, [name]).grades
    found = RegradePreview()
    kept = []
    for each in graded:
        if each.error:
            found.errors[each.student] = each.error
            continue
        grade = grades.get((each.student, name), Grade())
        before = read_report(root, name, each.student)
        for after in each.reports:
            for question, new in after["questions"].items():
                if question in grade.by_hand:
                    kept.append(f"{each.student} {question}")
                elif grade.machine.get(question) != new:
                    found.changes.append(_change(each.student, question, grade, before, after))
    if kept:
        found.notes.append(f"points that a person gave stay as they are: {', '.join(kept)}")
    return found


def read_report(root: Path, name: str, student: str) -> Reports:
    """Return the grader's report of what was last written; an empty one if there is none."""
    path = grader_store(root, "reports", name) / f"{student}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _change(student: str, question: str, grade: Grade, before: Reports, after: Reports) -> Change:
    old = grade.machine.get(question)
    return Change(
        student,
        question,
        old,
        after["questions"][question],
        "; ".join(_causes(question, old, before, after)),
        "; ".join(_behaviours(before, after, question)),
    )


def _causes(question: str, old: float | None, before: Reports, after: Reports) -> Iterator[str]:
    """Yield why a grade is another one; what cannot be told is not guessed."""
    if old is None:
        yield "there is no grade yet"
        return
    given = before.get("questions", {}).get(question)
    if given is None:
        yield "there is no report of the grade in the gradebook"
        return
    if given != old:
        yield f"the gradebook was changed by hand (the grader had given {given:g})"
    files = {**before.get("files", {}), **after.get("files", {})}
    changed = [
        name
        for name in sorted(files)
        if before.get("files", {}).get(name) != after.get("files", {}).get(name)
    ]
    # The cells of the release are in the hash of the attempt too.
    if before["attempt"] != after["attempt"] and not any("exercises/" in each for each in changed):
        yield "the submission changed"
    yield from _changed_files(changed)
    for library, version in after["versions"].items():
        if (was := before["versions"].get(library)) != version:
            yield f"{library} {was} became {version}"
    if before["isolation"] != after["isolation"]:
        yield f"isolation was {before['isolation']}, is {after['isolation']}"


def _changed_files(names: list[str]) -> Iterator[str]:
    """Yield which files changed, by name; of many the first ones."""
    if names:
        more = f" and {len(names) - FILES_NAMED} more" if len(names) > FILES_NAMED else ""
        yield f"{', '.join(names[:FILES_NAMED])}{more} changed"


def _behaviours(before: Reports, after: Reports, question: str) -> Iterator[str]:
    """Yield a sentence for each behaviour that got another result."""
    old, new = (
        {name: rest for name, *rest in report.get("behaviours", {}).get(question, [])}
        for report in (before, after)
    )
    for name in {**old, **new} if old else ():
        gained, worth, message = new.get(name, (0.0, 0.0, ""))
        had, was_worth, was_said = old.get(name, (0.0, 0.0, ""))
        if name not in new:
            yield f"{name!r} is no longer asked ({had:g} of {was_worth:g})"
        elif name not in old:
            yield f"{name!r} is new ({gained:g} of {worth:g}){_as_one_line(message)}"
        elif gained < had:
            yield f"lost {name!r} ({had:g} to {gained:g}){_as_one_line(message)}"
        elif gained > had:
            yield f"gained {name!r} ({had:g} to {gained:g}){_as_one_line(was_said, 'before: ')}"


def _as_one_line(message: str, start: str = "") -> str:
    """Return what a student read, fit for one line of a terminal."""
    text = "".join(letter if letter.isprintable() else " " for letter in message)
    return f": {start}{text}" if text else ""
