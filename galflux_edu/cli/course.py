"""The commands about the course: build and bundle it, test the grader."""

import json
from pathlib import Path
from typing import Any

import click

from ..errors import InputError
from .options import FOR_INSTRUCTORS, PATH, json_option, require_extra, seed_option


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


@click.command()
@click.argument("name", metavar="[SET]", required=False)
@click.option("--attacks", is_flag=True, help="Attack the isolated grader too, for minutes.")
@click.option(
    "--fuzz",
    "mutants",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Show it N mutated notebooks and ten times as many frames, too.",
)
@seed_option
@json_option
@require_extra(FOR_INSTRUCTORS)
def selftest(name: str | None, attacks: bool, mutants: int, seed: int, as_json: bool) -> None:
    """Test the grader: run the corpus of right and wrong answers through the checks.

    Each answer of grader_tests/corpus is graded ten times, with ten seeds. A correct one must get
    full marks, a wrong one must lose exactly the points its file names, and the visible tests
    must catch what the file says they catch. Exits 1 if the grader was wrong even once.

    With --attacks every hostile notebook of grader_tests/attacks/corpus is graded as well, in a
    copy of the course and beside innocent students: none may gain a point, cost somebody else
    anything, or leave a process or a file behind.

    With --fuzz the grader reads N notebooks that were spoilt at random, in bytes, JSON, cells,
    metadata, outputs and sources, and 10 N frames such as a hostile worker might send. None may
    crash it, take long, or gain a point. A fault names the seed and the number of its mutant.

    \b
      galflux selftest ps4_convolution
      galflux selftest ps4_convolution --attacks
      galflux selftest ps4_convolution --fuzz 500 --seed 7
    """
    from ..course import course_sets
    from ..grading import course_root
    from ..grading.root import load
    from ..reports import text_table

    root = course_root()
    machinery = load(root, "grader_tests.selftest")
    names = [name] if name else course_sets(root)
    result = machinery.selftest(root, names, attacks=attacks)
    click.echo(
        text_table(
            ["set", "kind", "case", "points", "expected", "visible tests", "ok"],
            [
                [
                    case.set,
                    case.kind,
                    case.case,
                    case.points,
                    case.expected,
                    "fail" if case.caught else "pass",
                    _yes(case.ok),
                ]
                for case in result.cases
            ]
            + [
                [case.set, case.kind, case.case, case.points, case.expected, "", _yes(case.ok)]
                for case in result.attacks
            ],
        )
    )
    for case in (*result.cases, *result.attacks):
        for fault in case.faults:
            click.echo(f"{case.set}/{case.kind}/{case.case}: {fault}")
    summary = result.summary()
    click.echo(
        f"\ncorrect answers with full marks         {summary['true_positive_rate']:.1%}\n"
        f"wrong ones that lose exactly their due  {summary['true_negative_rate']:.1%}\n"
        f"misconceptions the visible tests catch  {summary['visible_catch_rate']:.1%}, "
        f"at least {machinery.ENOUGH_VISIBLE:.0%} needed"
    )
    if attacks:
        click.echo(
            f"attacks that gain points                {summary['attacks_gained']} of "
            f"{summary['attacks']}"
        )
    faults = []
    if mutants:
        fuzz = load(root, "grader_tests.fuzz")
        fuzzed = [fuzz.fuzz(root, each, mutants, seed) for each in names]
        click.echo("".join(map(_fuzz_table, fuzzed)), nl=False)
        summary["fuzz"] = {each.set: each.summary() for each in fuzzed}
        faults = [fault for each in fuzzed for fault in each.faults]
    if as_json:
        click.echo(json.dumps(summary, allow_nan=False))
    if faults or not result.passed:
        raise SystemExit(1)


def _fuzz_table(found: Any) -> str:
    """Return what mutants of each kind did, and a line for each fault."""
    from ..reports import text_table

    names = ["mutation", "cases", "refused", "read", "most s", "marked", "most s", "most points"]
    rows = [
        [
            row.kind,
            row.cases,
            row.refused,
            row.read,
            f"{row.seconds:.2f}",
            row.marked,
            f"{row.marking_seconds:.1f}" if row.marked else "",
            f"{row.points:g}" if row.marked else "",
        ]
        for row in found.rows
    ]
    summary = (
        f"{found.set}: {len(found.notebooks)} notebooks, {len(found.marks)} of them marked, and "
        f"{len(found.frames)} frames: {len(found.faults)} faults"
    )
    return "\n".join(["", text_table(names, rows), *found.faults, summary, ""])


def _yes(ok: bool) -> str:
    return "yes" if ok else "NO"
