"""Fill in the grading worksheet of a Moodle assignment.

Only Moodle can make one: each line begins with a number that Moodle drew for that assignment.
Grades that come back in it can still be edited on the page of the assignment, while those that
were imported into the gradebook cannot.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from traitlets import Unicode

from ...errors import InputError
from .book import Book, Person
from .export import MoodleExporter, Row, feedback, number

NEEDED = ("Identifier", "Grade", "Last modified (grade)")  # else Moodle refuses the worksheet
FEEDBACK = "Feedback comments"


class MoodleWorksheetExporter(MoodleExporter):
    """Write the grades of one set into the worksheet that Moodle gave for its assignment."""

    worksheet = Unicode(help="The worksheet, as Moodle gave it.").tag(config=True)

    def rows(self, book: Book) -> Iterable[Row]:
        """Return the lines of the worksheet, with grades and a line of feedback.

        Raises
        ------
        InputError
            If it is no grading worksheet, or there is more than one set to fill in.
        """
        if len(book.sets) != 1:
            raise InputError(
                "grades: needed one problem set for a grading worksheet; got "
                f"{', '.join(book.sets)}"
            )
        (name,) = book.sets
        header, lines = self._read()
        yield header
        for line in lines:
            row = dict(zip(header, line, strict=False))
            who = _whose(row, book.people)
            score = book.grades[who, name].score if who else None
            if score is not None:  # what is empty stays empty: Moodle passes it over
                row["Grade"] = number(score)
                if FEEDBACK in row:
                    row[FEEDBACK] = feedback(book.grades[who, name])
            yield [*row.values()]

    def missing(self, book: Book) -> list[str]:
        """Return whose grades found no line, and whose line found no grades."""
        header, lines = self._read()
        rows = [dict(zip(header, line, strict=False)) for line in lines]
        owners = [_whose(row, book.people) for row in rows]
        left = [who for who in book.people if who not in owners]
        unknown = [
            row.get("Full name") or row["Identifier"]
            for row, who in zip(rows, owners, strict=True)
            if not who
        ]
        notes = []
        if left:
            notes.append(f"not in the worksheet: {', '.join(left)}")
        if unknown:
            notes.append(f"in the worksheet, but not in the gradebook: {', '.join(unknown)}")
        return notes

    def _read(self) -> tuple[Row, list[Row]]:
        with Path(self.worksheet).open(newline="", encoding="utf-8-sig") as file:
            header, *lines = [*csv.reader(file)] or [[]]
        absent = [column for column in NEEDED if column not in header]
        if absent:
            raise InputError(
                f"{self.worksheet}: needed a grading worksheet of Moodle, in English, with the "
                f"columns {', '.join(NEEDED)}; there is no {', '.join(absent)}"
            )
        return header, lines


def _whose(row: Mapping[str, str], people: Mapping[str, Person]) -> str:
    """Return the student that a line of the worksheet belongs to, or nobody's ``""``."""
    by = (
        ("Email address", lambda person: person.email),
        ("ID number", lambda person: person.lms_user_id),
        ("Username", lambda person: person.id),
        ("Full name", lambda person: f"{person.first_name} {person.last_name}".strip()),
    )
    for column, value in by:
        asked = row.get(column, "").strip().casefold()
        found = [who for who, person in people.items() if value(person).casefold() == asked]
        if asked and len(found) == 1:
            return found[0]
    return ""
