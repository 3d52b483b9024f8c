"""The commands for what comes after grading: a table, exports, and second thoughts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..errors import InputError
from .options import FOR_INSTRUCTORS, PATH, command_line, require_extra

EXPORT, OTHERS = "--export", ("--diff", "--similar", "--report")


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
            [who, mark.score, mark.penalty or None, book.sets[name], mark.state]
            for (who, _), mark in book.marks.items()
        ]
        click.echo(text_table(["student", "points", "late penalty", "of", "state"], rows))
    else:
        rows = [[who, *(book.marks[who, name].score for name in book.sets)] for who in book.people]
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
    from ..grading.grades import differences
    from ..reports import text_table

    found = differences(course_root(), name, students=students, jobs=jobs)
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


@click.command(context_settings={"ignore_unknown_options": True}, hidden=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def grades(arguments: tuple[str, ...]) -> None:
    """Run what `galflux grade` has under other names now, and say which."""
    from .grade import grade

    now = _as_called_now([part for each in arguments for part in _parts(each)])
    click.echo(f"note: this is now: galflux grade {' '.join(now)}", err=True)
    grade.main(now, prog_name="galflux grade", standalone_mode=False)


def _parts(argument: str) -> list[str]:
    return argument.split("=", 1) if argument.startswith(f"{EXPORT}=") else [argument]


def _as_called_now(arguments: list[str]) -> list[str]:
    named = [each for each in arguments if each in (EXPORT, *OTHERS)]
    if len(named) > 1:
        raise InputError(f"grades: needed one of {EXPORT}, {', '.join(OTHERS)}; got more")
    if not named:
        return ["table", *arguments]
    at = arguments.index(named[0])
    kind = arguments[at + 1 : at + 2] if named == [EXPORT] else []
    rest = [*arguments[:at], *arguments[at + 1 + len(kind) :]]
    return [named[0].removeprefix("--"), *kind, *rest]
