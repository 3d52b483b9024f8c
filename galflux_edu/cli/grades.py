"""The command for what comes after grading: a table, exports, and second thoughts."""

from pathlib import Path
from typing import Any

import click

from ..errors import InputError
from .options import FOR_INSTRUCTORS, PATH, command_line, require_extra


@click.command()
@click.argument("sets", metavar="[SET]...", nargs=-1)
@click.option(
    "--export",
    "kind",
    type=click.Choice(["canvas", "moodle", "csv"]),
    help="Write the marks for the gradebook of Canvas or Moodle, or for a spreadsheet.",
)
@click.option(
    "--worksheet",
    type=PATH,
    help="With --export moodle: fill in this grading worksheet of the assignment.",
)
@click.option("--diff", is_flag=True, help="Say which marks a new grading would change, and why.")
@click.option("--similar", is_flag=True, help="Say which answers look alike. A hint, no verdict.")
@click.option("--report", is_flag=True, help="Write a page on how the class did.")
@click.option("--out", type=PATH, help="Where to write, instead of the usual place.")
@click.option("--student", "students", multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.6,
    show_default=True,
    help="With --similar: the share of an answer from which on a pair is shown.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="With --diff: how many submissions run at a time.  [default: one for each core]",
)
@require_extra(FOR_INSTRUCTORS)
def grades(
    sets: tuple[str, ...],
    kind: str | None,
    worksheet: Path | None,
    diff: bool,
    similar: bool,
    report: bool,
    out: Path | None,
    students: tuple[str, ...],
    threshold: float,
    jobs: int | None,
) -> None:
    """Show the marks of SET, hand them on, or look into them; of every set if none is named.

    Nothing here changes the gradebook. Who has no mark yet gets an empty cell, never a zero, and
    is named. Late penalties are in.

    \b
      galflux grades ps4_convolution                      a table
      galflux grades ps4_convolution --export canvas      grades-canvas.csv
      galflux grades --export moodle --out marks.csv      every set
      galflux grades ps4_convolution --diff               a check changed: whose marks would?
      galflux grades ps4_convolution --similar            answers that look alike, side by side
      galflux grades ps4_convolution --report             how the class did
    """
    from ..grading import course_root

    if sum(map(bool, (kind, diff, similar, report))) > 1:
        raise InputError("grades: needed one of --export, --diff, --similar, --report; got more")
    if worksheet and kind != "moodle":
        raise InputError("grades: needed --export moodle with --worksheet; got none")
    root = course_root()
    if kind:
        _export(root, kind, worksheet, out, sets, students)
    elif diff or similar or report:
        if len(sets) != 1:
            raise InputError(f"grades: needed one problem set for this; got {len(sets)}")
        if diff:
            _diff(root, sets[0], students, jobs)
        elif similar:
            _similar(root, sets[0], students, threshold, out)
        else:
            _report(root, sets[0], out)
    else:
        _table(root, sets, students)


def _export(
    root: Path,
    kind: str,
    worksheet: Path | None,
    out: Path | None,
    sets: tuple[str, ...],
    students: tuple[str, ...],
) -> None:
    from ..grading.gradebook import configuration, open_gradebook
    from ..grading.grades.export import EXPORTERS
    from ..grading.grades.worksheet import MoodleWorksheetExporter

    more: dict[str, Any] = {"worksheet": str(worksheet)} if worksheet else {}
    exporter = (MoodleWorksheetExporter if worksheet else EXPORTERS[kind])(
        config=configuration(root),
        to=str(out or ""),
        assignment=list(sets),
        student=list(students),
        **more,
    )
    with open_gradebook(root) as gradebook:
        notes = exporter.write(gradebook)
    click.echo(f"the marks are in {exporter.path}")
    for note in notes:
        click.echo(f"note: {note}", err=True)


def _table(root: Path, sets: tuple[str, ...], students: tuple[str, ...]) -> None:
    from ..grading.gradebook import open_gradebook
    from ..grading.grades import read_book
    from ..reports import text_table

    with open_gradebook(root) as gradebook:
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


def _diff(root: Path, name: str, students: tuple[str, ...], jobs: int | None) -> None:
    from ..grading.grades import differences
    from ..reports import text_table

    found = differences(root, name, students=students, jobs=jobs)
    if found.changes:
        rows = [
            [each.student, each.question, each.old, each.new, each.cause, each.behaviours]
            for each in found.changes
        ]
        header = ["student", "question", "now", "then", "because", "what changed"]
        click.echo(text_table(header, rows) + "\n")
    count = len({each.student for each in found.changes})
    click.echo(
        f"{len(found.changes)} marks of {count} students would change; galflux grade {name} "
        "writes them"
        if found.changes
        else "no mark would change"
    )
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    for student, error in found.errors.items():
        click.echo(f"{student}: COULD NOT BE GRADED: {error}", err=True)
    if found.errors:
        raise SystemExit(1)


def _similar(
    root: Path, name: str, students: tuple[str, ...], threshold: float, out: Path | None
) -> None:
    from ..grading.grades import write_similarity

    page, summary = write_similarity(
        root, name, students=students, threshold=threshold, out=out, command=command_line()
    )
    click.echo(f"{summary}\n\nside by side: {page}")


def _report(root: Path, name: str, out: Path | None) -> None:
    from ..grading.grades import write_class_report

    page, summary = write_class_report(root, name, out=out, command=command_line())
    click.echo(f"{summary}\n\nthe page, with pictures: {page}")
