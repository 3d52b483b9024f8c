"""Read the grades of a class from nbgrader's gradebook; nothing here writes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Gradebook

from ...errors import InputError

# What a grade is worth knowing about, from best to worst.
GRADED, WAITING = "graded", "waits for a person"
UNGRADED, MISSING = "not graded", "not handed in"


@dataclass(frozen=True)
class Person:
    """Hold what the gradebook knows about a student; what it does not know is ``""``."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """Return the name as lists sort it, ``"Lovelace, Ada"``."""
        return ", ".join(filter(None, [self.last_name, self.first_name]))


@dataclass(frozen=True)
class Grade:
    """Hold what one student has for one problem set.

    Parameters
    ----------
    state
        ``"graded"``, ``"waits for a person"`` (a part of it has no points yet), ``"not graded"``
        (a check has not spoken) or ``"not handed in"``.
    raw
        The points before the late penalty.
    penalty
        The points that the late penalty takes.
    questions
        The points of each question, None where there are none yet.
    machine
        What the machine gave for each question, None where it has not spoken.
    by_hand
        The questions that a person gave points for.
    timestamp
        When it was handed in; ``""`` if nobody knows.
    """

    state: str = MISSING
    raw: float = 0.0
    penalty: float = 0.0
    questions: dict[str, float | None] = field(default_factory=dict)
    machine: dict[str, float | None] = field(default_factory=dict)
    by_hand: frozenset[str] = frozenset()
    timestamp: str = ""

    @property
    def score(self) -> float | None:
        """Return what counts, or None while the machine has not graded all of its part."""
        if self.state in (UNGRADED, MISSING):
            return None
        return round(max(0.0, self.raw - self.penalty), 6)


@dataclass(frozen=True)
class Book:
    """Hold the grades of a class.

    Parameters
    ----------
    people
        The students, by their id.
    sets
        The points that each problem set is worth, by its name.
    duedates
        When each set was due; ``""`` if nobody said.
    grades
        The grade of each student for each set, by student and set.
    """

    people: dict[str, Person]
    sets: dict[str, float]
    duedates: dict[str, str]
    grades: dict[tuple[str, str], Grade]


def read_book(
    gradebook: Gradebook, sets: Collection[str] = (), students: Collection[str] = ()
) -> Book:
    """Return the grades of `students` for `sets`; of everybody, for every set, if none are named.

    Raises
    ------
    InputError
        If the gradebook does not know one of them, or knows none at all.
    """
    assignments = {each.name: each for each in gradebook.assignments}
    people = {each.id: _person(each) for each in gradebook.students}
    _known("a problem set", sets, assignments, "run nbgrader generate_assignment first")
    _known("a student", students, people, "run galflux grade or nbgrader db student add first")
    people = {name: people[name] for name in sorted(students or people)}
    assignments = {name: assignments[name] for name in sorted(sets or assignments)}
    grades = {
        (submission.student_id, name): _grade(submission)
        for name, assignment in assignments.items()
        for submission in assignment.submissions
        if submission.student_id in people
    }
    return Book(
        people,
        {name: float(each.max_score) for name, each in assignments.items()},
        {name: _text(each.duedate) for name, each in assignments.items()},
        {(who, name): grades.get((who, name), Grade()) for who in people for name in assignments},
    )


def _known(what: str, asked: Collection[str], known: Collection[str], remedy: str) -> None:
    for name in [*asked] if known else ["none"]:
        if name not in known:
            raise InputError(
                f"grades: needed {what} that the gradebook knows, {remedy}; got {name!r}"
            )


def _person(student: Any) -> Person:
    return Person(
        *(student.id, student.first_name or "", student.last_name or ""),
        *(student.email or "", student.lms_user_id or ""),
    )


def _grade(submission: Any) -> Grade:
    questions, machine, by_hand, spoken = {}, {}, set(), True
    for notebook in submission.notebooks:
        written = {cell.name for cell in notebook.notebook.solution_cells}
        for grade in notebook.grades:
            open_ = grade.auto_score is None and grade.manual_score is None
            questions[grade.name] = None if open_ else float(grade.score)
            machine[grade.name] = grade.auto_score
            if grade.manual_score is not None:
                by_hand.add(grade.name)
            # A cell that is its own answer is a person's to grade; all others are the machine's.
            spoken = spoken and not (open_ and grade.name not in written)
    state = UNGRADED
    if spoken:
        state = WAITING if submission.needs_manual_grade else GRADED
    return Grade(
        state,
        float(submission.score),
        float(submission.late_submission_penalty or 0.0),
        questions,
        machine,
        frozenset(by_hand),
        _text(submission.timestamp),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
