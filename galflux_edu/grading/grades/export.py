"""Write the grades of a class for Canvas, for Moodle and for spreadsheets.

Each exporter is a plugin of nbgrader, so two commands write the same file::

    galflux grades ps4_convolution --export canvas --out grades.csv
    nbgrader export --exporter=galflux_edu.grading.grades.export.CanvasExporter --to grades.csv

Who has no grade yet gets none; a zero is a zero that somebody gave.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Dict

from ..private import write_private
from .book import MISSING, UNGRADED, WAITING, Book, Grade, Person, read_book

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
FORMULA = re.compile(r"\s*[=+\-@]")  # what spreadsheets run instead of showing it

Row = list[str]


class GradesExporter(ExportPlugin):
    """Write one file of grades and say what a person should know about it.

    nbgrader's own options choose the file (``--to``), the sets and the students.
    """

    default_to = "grades.csv"
    columns = Dict(
        help="What the learning platform calls a set, if it is not the set's own name: "
        '{"ps4_convolution": "Problem set 4 (1234)"}'
    ).tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the file and log what a person should know; nbgrader calls this."""
        self.log.info("Exporting grades to %s", self.path)
        for note in self.write(gradebook):
            self.log.warning(note)

    @property
    def path(self) -> Path:
        """Return where the file goes."""
        return Path(self.to or self.default_to)

    def write(self, gradebook: Gradebook) -> list[str]:
        """Write the file and return what a person should know, a sentence each."""
        sets, students = (
            [str(each) for each in names] for names in (self.assignment, self.student)
        )
        book = read_book(gradebook, sets, students)
        guarded: dict[str, None] = {}
        rows = [[_harmless(cell, guarded) for cell in row] for row in self.rows(book)]
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows(rows)
        write_private(self.path, file.getvalue())
        notes = [*_unmarked(book), *self.missing(book)]
        if guarded:
            notes.append(
                "with an apostrophe in front, so that no spreadsheet takes it for a formula: "
                + ", ".join(guarded)
            )
        return notes

    def rows(self, book: Book) -> Iterable[Row]:
        """Return the lines of the file, the header first."""
        raise NotImplementedError

    def missing(self, book: Book) -> list[str]:
        """Return what the gradebook does not know and the learning platform asks for."""
        return _absent(book, "name", "their id stands for it")

    def column(self, name: str) -> str:
        """Return what the learning platform calls a set."""
        return str(self.columns.get(name, name))


class CanvasExporter(GradesExporter):
    """Write what the gradebook of Canvas imports.

    Canvas finds a student by its own number (ID), else by the SIS ids, else by name, and a set by
    the number in brackets behind its name, else by the name.
    """

    default_to = "grades-canvas.csv"

    def rows(self, book: Book) -> Iterable[Row]:
        """Return the header, the points possible, and a line for each student."""
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        yield [*header, *map(self.column, book.sets)]
        # The blanks belong to it: Canvas writes this line like that.
        yield ["    Points Possible", *[""] * 4, *map(number, book.sets.values())]
        for who, person in book.people.items():
            own = person.lms_user_id if person.lms_user_id.isdecimal() else ""
            other = "" if own else person.lms_user_id
            grades = [number(book.grades[who, name].score) for name in book.sets]
            yield [person.name or who, own, other, who, "", *grades]

    def missing(self, book: Book) -> list[str]:
        """Return who can be found in Canvas by login and name only."""
        remedy = "Canvas looks for their SIS login, then for their name"
        return [*super().missing(book), *_absent(book, "lms_user_id", remedy)]


class MoodleExporter(GradesExporter):
    """Write what the gradebook of Moodle imports, each grade with a line of feedback.

    A column that identifies students is there only if it does so for all of them: Moodle gives
    the grades of a line without identification to the student of the line above.
    """

    default_to = "grades-moodle.csv"
    identification: ClassVar = {"Email address": "email", "ID number": "lms_user_id"}

    def rows(self, book: Book) -> Iterable[Row]:
        """Return the header and a line for each student."""
        known = {
            column: attribute
            for column, attribute in self.identification.items()
            if all(getattr(person, attribute) for person in book.people.values())
        }
        names = [f"{self.column(name)}{more}" for name in book.sets for more in ("", " (feedback)")]
        yield ["Username", "First name", "Last name", *known, *names]
        for who, person in book.people.items():
            row = [who, person.first_name, person.last_name]
            row += [getattr(person, attribute) for attribute in known.values()]
            for name in book.sets:
                grade = book.grades[who, name]
                # Moodle's own word for no grade: of an empty cell in a new column it makes zero.
                row += [number(grade.score) or "-", feedback(grade)]
            yield row

    def missing(self, book: Book) -> list[str]:
        """Return who has no names, and which columns had to be left out."""
        return [
            *super().missing(book),
            *(
                note
                for column, attribute in self.identification.items()
                for note in _absent(book, attribute, f"so there is no column {column!r}")
            ),
        ]


class SpreadsheetExporter(GradesExporter):
    """Write one line for each student and set: the columns of nbgrader's own export and a few more.

    The state says what an empty score means.
    """

    def rows(self, book: Book) -> Iterable[Row]:
        """Return the header and a line for each student and set."""
        person = ("student_id", "last_name", "first_name", "email", "lms_user_id")
        points = ("raw_score", "late_submission_penalty", "score", "max_score", "state")
        questions = sorted({each for grade in book.grades.values() for each in grade.questions})
        yield ["assignment", "duedate", "timestamp", *person, *points, *questions]
        for (who, name), grade in book.grades.items():
            each = book.people[who]
            scored = grade.score is not None
            yield [
                *(name, book.duedates[name], grade.timestamp),
                *(who, each.last_name, each.first_name, each.email, each.lms_user_id),
                number(grade.raw if scored else None),
                number(grade.penalty if scored else None),
                *(number(grade.score), number(book.sets[name]), grade.state),
                *(number(grade.questions.get(question)) for question in questions),
            ]

    def missing(self, book: Book) -> list[str]:
        """Return who has no name or address."""
        return [*_absent(book, "name", ""), *_absent(book, "email", "")]


EXPORTERS: dict[str, type[GradesExporter]] = {
    "canvas": CanvasExporter,
    "moodle": MoodleExporter,
    "csv": SpreadsheetExporter,
}


def number(points: float | None) -> str:
    """Return points as files hold them; nothing for None."""
    return "" if points is None else f"{round(points, 6):.10g}"


def feedback(grade: Grade) -> str:
    """Return the points of each question in a line."""
    if grade.score is None:
        return ""
    parts = [
        f"{name}: {'not graded yet' if points is None else number(points)}"
        for name, points in grade.questions.items()
    ]
    return "; ".join([*parts, *([f"late: -{number(grade.penalty)}"] if grade.penalty else [])])


def _harmless(cell: str, guarded: dict[str, None]) -> str:
    """Return a cell that no spreadsheet runs; what had to be changed goes into `guarded`."""
    cell = CONTROL.sub(" ", cell)
    if not FORMULA.match(cell) or cell == "-" or _isnumber(cell):
        return cell
    guarded[cell] = None
    return f"'{cell}"


def _isnumber(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell) is not None


def _unmarked(book: Book) -> list[str]:
    """Say for each set who has no grade, and whose is not the last word."""
    kinds = (
        (MISSING, "nothing was handed in, left empty"),
        (UNGRADED, "not graded, left empty (galflux grade says why)"),
        (WAITING, "a person still has to grade a part or to confirm it; exported as it stands"),
    )
    return [
        f"{name}: {sentence}: {who}"
        for name in book.sets
        for state, sentence in kinds
        if (who := _list(book, lambda each, n=name, s=state: book.grades[each.id, n].state == s))
    ]


def _absent(book: Book, attribute: str, remedy: str) -> list[str]:
    what = {"lms_user_id": "lms_user_id", "email": "email address"}.get(attribute, attribute)
    who = _list(book, lambda person: not getattr(person, attribute))
    return [f"no {what} in the gradebook{remedy and f', {remedy}'}: {who}"] if who else []


def _list(book: Book, chosen: Callable[[Person], bool]) -> str:
    return ", ".join(person.id for person in book.people.values() if chosen(person))
