"""The commands for what comes after grading: a table, exports, and second thoughts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..errors import InputError
from .options import FOR_INSTRUCTORS, PATH, command_line, require_extra


def _several_sets(function: Callable) -> Callable:
    return click.argument("sets", metavar="[SET]...", nargs=-1)(function)


def _one_set(function: Callable) -> Callable:
    return click.argument("name", metavar="SET")(function)


def _students(function: Callable) -> Callable:
    option = click.option("--student", "students", multiple=True, help="Only this one; repeatable.")
    return option(function)


def _out(function: Callable) -> Callable:
    return click.option("--out", type=PATH, help="Write here instead.")(function)


@click.command()
@_several_sets
@_students
@require_extra(FOR_INSTRUCTORS)
def table(sets: tuple[str, ...], students: tuple[str, ...]) -> None:
    """Show the grades of SET, of every set if none is named.

    A student without a grade has an empty cell, never a zero. Late penalties are in.
    """
    from ..grading import course_root
    from ..grading.gradebook import open_gradebook
    from ..grading.grades import read_book
    from ..reports import text_table

    with open_gradebook(course_root()) as gradebook:
        book = read_book(gradebook, sets, students)
    if len(book.sets) == 1:
        (name,) = book.sets
        rows = [
            [who, grade.score, grade.penalty or None, book.sets[name], grade.state]
            for (who, _), grade in book.grades.items()
        ]
        click.echo(text_table(["student", "points", "late penalty", "of", "state"], rows))
    else:
        rows = [[who, *(book.grades[who, name].score for name in book.sets)] for who in book.people]
        click.echo(text_table(["student", *book.sets], rows))


@click.command()
@click.argument("kind", type=click.Choice(["canvas", "moodle", "csv"]))
@_several_sets
@click.option("--worksheet", type=PATH, help="Fill in this grading worksheet of Moodle's.")
@_out
@_students
@require_extra(FOR_INSTRUCTORS)
def export(
    kind: str,
    sets: tuple[str, ...],
    worksheet: Path | None,
    out: Path | None,
    students: tuple[str, ...],
) -> None:
    """Write the grades for the gradebook of Canvas or Moodle, or for a spreadsheet.

    Students without a grade get an empty cell, never a zero, and are named.

    \b
      galflux grade export canvas ps4_convolution      grades-canvas.csv
      galflux grade export moodle --out grades.csv     every set
    """
    from ..grading import course_root
    from ..grading.gradebook import configuration, open_gradebook
    from ..grading.grades.export import EXPORTERS
    from ..grading.grades.worksheet import MoodleWorksheetExporter

    if worksheet and kind != "moodle":
        raise InputError("grades: needed the export to moodle with --worksheet; got " + kind)
    root = course_root()
    config = configuration(root)
    more: dict[str, Any] = {"worksheet": str(worksheet)} if worksheet else {}
    exporter = (MoodleWorksheetExporter if worksheet else EXPORTERS[kind])(
        config=config,
        to=str(out or ""),
        assignment=list(sets),
        student=list(students),
        **more,
    )
    with open_gradebook(root, config) as gradebook:
        notes = exporter.write(gradebook)
    click.echo(f"the grades are in {exporter.path}")
    for note in notes:
        click.echo(f"note: {note}", err=True)


@click.command()
@_one_set
@_students
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many submissions run at a time.  [default: one for each core]",
)
@require_extra(FOR_INSTRUCTORS)
def diff(name: str, students: tuple[str, ...], jobs: int | None) -> None:
    """Say which grades of SET a new grading would change, and why; the gradebook stays."""
    from ..grading import course_root
    from ..grading.grades import preview_regrade
    from ..reports import text_table

    found = preview_regrade(course_root(), name, students=students, jobs=jobs)
    if found.changes:
        rows = [
            [each.student, each.question, each.old, each.new, each.cause, each.behaviours]
            for each in found.changes
        ]
        header = ["student", "question", "now", "then", "because", "what changed"]
        click.echo(text_table(header, rows) + "\n")
    count = len({each.student for each in found.changes})
    click.echo(
        f"{len(found.changes)} grades of {count} students would change; galflux grade {name} "
        "writes them"
        if found.changes
        else "no grade would change"
    )
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    for student, error in found.errors.items():
        click.echo(f"{student}: COULD NOT BE GRADED: {error}", err=True)
    if found.errors:
        raise SystemExit(1)


@click.command()
@_one_set
@_students
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.6,
    show_default=True,
    help="The share of an answer from which on a pair is shown.",
)
@_out
@require_extra(FOR_INSTRUCTORS)
def similar(name: str, students: tuple[str, ...], threshold: float, out: Path | None) -> None:
    """Say which answers to SET look alike: a hint, no verdict."""
    from ..grading import course_root
    from ..grading.grades import write_similarity

    page, summary = write_similarity(
        course_root(), name, students=students, threshold=threshold, out=out, command=command_line()
    )
    click.echo(f"{summary}\n\nside by side: {page}")


@click.command()
@_one_set
@_out
@require_extra(FOR_INSTRUCTORS)
def report(name: str, out: Path | None) -> None:
    """Write a page on how the class did in SET."""
    from ..grading import course_root
    from ..grading.grades import write_class_report

    page, summary = write_class_report(course_root(), name, out=out, command=command_line())
    click.echo(f"{summary}\n\nthe page, with pictures: {page}")
