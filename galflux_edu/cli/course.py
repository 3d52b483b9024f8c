"""The commands about the course: build and bundle it, test the grader."""

from pathlib import Path

import click

from ..errors import InputError
from .options import FOR_INSTRUCTORS, PATH, require_extra


@click.group()
def course() -> None:
    """Build the notebooks of the course, and the bundle that students get.

    For instructors, anywhere inside the repository; see course/instructor-guide.md.
    """


@course.command()
@click.argument("name", metavar="[SET]", required=False)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 and show a diff.")
@require_extra(FOR_INSTRUCTORS)
def build(name: str | None, only_check: bool) -> None:
    """Build solutions/SET and exercises/SET from course/SET/exercise.py (all sets by default).

    The solution notebook is the exercise with one line added to each graded cell, which runs the
    hidden check; the exercise notebook is made of it by nbgrader's own generate step. The same
    text gives the same bytes, so the built notebooks can be committed and compared.

    \b
      galflux course build ps4_convolution
      galflux course build --check
    """
    from .. import course as machinery
    from ..grading import course_root

    root = course_root()
    stale = False
    for each in [name] if name else machinery.course_sets(root):
        files = machinery.build(root, each)
        if only_check:
            difference = list(machinery.differences(root, each, files))
            stale |= bool(difference)
            click.echo("\n".join(difference) or f"{each}: as built")
        else:
            changed = machinery.write(root, each, files)
            click.echo("\n".join(f"wrote {path}" for path in changed) or f"{each}: nothing new")
    if stale:
        raise click.ClickException("stale notebooks: galflux course build makes them anew")


@course.command()
@click.option(
    "--out",
    type=PATH,
    default=Path("dist/galflux-course.zip"),
    show_default=True,
    help="The zip to write.",
)
@require_extra("pip install -e '.[docs,instructor]'")
def bundle(out: Path) -> None:
    """Make what students get: one zip with the library, lectures, exercises and the guide.

    No solution, no hidden check and no grader is in it. The library goes in as a wheel without
    what only teachers need, each lecture as one page that opens in a browser without a network.
    """
    from ..course import write_bundle
    from ..grading import course_root

    if out.is_dir():
        raise InputError(f"course bundle: needed the name of a zip file; got the folder {out}")
    inside = write_bundle(course_root(), out)
    click.echo("\n".join(inside))
    click.echo(f"{len(inside)} files in {out}")


@course.command()
@click.option(
    "--out",
    type=PATH,
    default=Path("dist/site"),
    show_default=True,
    help="Folder of the website; an older one is replaced.",
)
@require_extra("pip install -e '.[docs,instructor]'")
def site(out: Path) -> None:
    """Make the website of the course: lectures, exercises, guides, the library's reference.

    The lectures run while it is built, in about a minute, so every picture is fresh. No solution
    gets onto it, nothing on it is loaded from the network, and it may lie on any web server.
    """
    from ..course import build_site
    from ..grading import course_root

    pages = build_site(course_root(), out)
    click.echo(f"{len(pages)} pages; open {out / 'index.html'}")


@course.command()
@click.argument("name", metavar="SET")
@require_extra(FOR_INSTRUCTORS)
def new(name: str) -> None:
    """Write the skeleton of a new problem set, which builds and passes its self-test at once.

    SET is ps, a number, and a name: ps0_hello. CONTRIBUTING.md says what to do with it.

    \b
      galflux course new ps0_hello
      galflux course build ps0_hello
      galflux selftest ps0_hello
    """
    from ..course.new import write_skeleton
    from ..grading import course_root

    for path in write_skeleton(course_root(), name):
        click.echo(f"wrote {path}")
    click.echo(f"next: galflux course build {name} && galflux selftest {name}")
