"""The commands that grade a class, and those for what comes after: `gradebook` has them."""

from typing import Any

import click

from . import gradebook
from .options import FOR_INSTRUCTORS, require_extra


class _RunByDefault(click.Group):
    """A group whose command `run` may be left out: ``galflux grade SET``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = (*self.commands, *ctx.help_option_names)
        return super().parse_args(ctx, args if not args or args[0] in known else ["run", *args])


@click.group(cls=_RunByDefault)
def grade() -> None:
    """Grade a class, and see, export and compare the grades.

    \b
      galflux grade ps4_convolution                 the same as: galflux grade run ps4_convolution
      galflux grade estimate ps4_convolution        what would it take?
      galflux grade table ps4_convolution           the grades
      galflux grade export canvas ps4_convolution   grades-canvas.csv
      galflux grade diff ps4_convolution            a check changed: which grades would, too?
      galflux grade similar ps4_convolution         answers that look alike, side by side
      galflux grade report ps4_convolution          how the class did
    """


for _each in (
    gradebook.table,
    gradebook.export,
    gradebook.diff,
    gradebook.similar,
    gradebook.report,
):
    grade.add_command(_each)


@grade.command()
@click.argument("name", metavar="SET")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many submissions run at a time.  [default: one for each core, or cluster thread]",
)
@click.option(
    "--resume/--again",
    default=True,
    show_default=True,
    help="Keep what an earlier run finished, or run and write everything again.",
)
@click.option("--student", "students", multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--backend",
    type=click.Choice(["loky", "dask"]),
    default="loky",
    show_default=True,
    help="Where they run: in processes of this machine, or on a Dask cluster.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Dask's, tcp://HOST:8786.  [default: DASK_SCHEDULER_ADDRESS]",
)
@click.option("--estimate", "only_estimate", is_flag=True, hidden=True)  # now a command
@require_extra(FOR_INSTRUCTORS)
def run(
    name: str,
    jobs: int | None,
    resume: bool,
    students: tuple[str, ...],
    backend: str,
    scheduler: str | None,
    only_estimate: bool,
) -> None:
    """Grade what was handed in for SET, isolated and in parallel, into nbgrader's gradebook.

    Every submission runs in a sandbox of its own, without network and without sight of the
    gradebook, the solutions or other submissions. Hidden checks never enter it. Then nbgrader's
    own autograde step writes the grades. Killed or interrupted? The same command goes on where it
    stopped. Exits 1 if a submission has no grade; the table says why.

    A class too large for one machine runs on a Dask cluster. Its workers need this course at the
    same path, by a shared file system, .grader with its secret and its cache included; the same
    galflux and libraries; and bubblewrap. Grades are written into the gradebook from here.

    \b
      nbgrader generate_assignment ps4_convolution      (once)
      galflux grade estimate ps4_convolution
      galflux grade ps4_convolution --jobs 2
      galflux grade ps4_convolution --student ada --again
      galflux grade ps4_convolution --backend dask --scheduler tcp://head:8786
    """
    from ..grading import course_root
    from ..grading.jobs import grade_class
    from ..reports import text_table

    if only_estimate:
        _estimate(name, resume, students)
        return
    graded = grade_class(
        course_root(),
        name,
        jobs=jobs,
        resume=resume,
        students=students,
        backend=backend,
        scheduler=scheduler,
    )
    click.echo(text_table(["student", "points", "of", "isolation", "seconds"], _rows(graded)))
    for each in graded:
        for report in each.reports:
            for sentence in [*report["for_a_person"], *report["flags"]]:
                click.echo(f"{each.student}: {sentence}")
        if each.error:
            click.echo(f"{each.student}: NOT GRADED: {each.error}", err=True)
    without = sum(bool(each.error) for each in graded)
    click.echo(f"\n{len(graded) - without} of {len(graded)} submissions graded")
    if without:
        raise SystemExit(1)


@grade.command()
@click.argument("name", metavar="SET")
@click.option("--resume/--again", default=True, help="As for `galflux grade run`.")
@click.option("--student", "students", multiple=True, help="Only this one; may be repeated.")
@require_extra(FOR_INSTRUCTORS)
def estimate(name: str, resume: bool, students: tuple[str, ...]) -> None:
    """Say what grading SET will take in time, memory and disk; nothing runs."""
    _estimate(name, resume, students)


def _estimate(name: str, resume: bool, students: tuple[str, ...]) -> None:
    from ..grading import course_root
    from ..grading.estimate import estimate

    click.echo(estimate(course_root(), name, resume=resume, students=students).text())


def _rows(graded: list[Any]) -> list[list[Any]]:
    return [
        [
            each.student,
            report["points"],
            report["max_points"],
            report["isolation"],
            f"{report['seconds']:.1f}",
        ]
        for each in graded
        for report in each.reports
    ]
