"""The command that grades a class."""

from typing import Any

import click

from .options import FOR_INSTRUCTORS, require_extra


@click.command()
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
@click.option(
    "--estimate", "only_estimate", is_flag=True, help="Run nothing; say what it would take."
)
@require_extra(FOR_INSTRUCTORS)
def grade(
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
    own autograde step writes the marks. Killed or interrupted? The same command goes on where it
    stopped. Exits 1 if a submission has no marks; the table says why.

    A class too large for one machine runs on a Dask cluster. Its workers need this course at the
    same path, by a shared file system, .grader with its secret and its cache included; the same
    galflux and libraries; and bubblewrap. Marks are written into the gradebook from here.

    \b
      nbgrader generate_assignment ps4_convolution      (once)
      galflux grade ps4_convolution --estimate
      galflux grade ps4_convolution --jobs 2
      galflux grade ps4_convolution --student ada --again
      galflux grade ps4_convolution --backend dask --scheduler tcp://head:8786
    """
    from ..grading import course_root
    from ..grading.estimate import estimate
    from ..grading.jobs import grade_class
    from ..reports import text_table

    if only_estimate:
        click.echo(estimate(course_root(), name, resume=resume, students=students).text())
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
