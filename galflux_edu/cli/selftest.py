"""The command that grades the grader."""

import json
from typing import Any

import click

from ..errors import InputError
from .options import FOR_INSTRUCTORS, json_option, require_extra, seed_option


@click.command()
@click.argument("name", metavar="[SET]", required=False)
@click.option("--long", "many", is_flag=True, help="Ten seeds for each notebook instead of one.")
@click.option("--mutants", is_flag=True, help="Run mechanical changes of the solution, too.")
@click.option("--attacks", is_flag=True, help="Attack the isolated grader too, for minutes.")
@click.option(
    "--fuzz",
    "mutated",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Show it N mutated notebooks and ten times as many frames, too.",
)
@click.option("--update", is_flag=True, help="Write into mistakes.py what each mistake loses.")
@seed_option
@json_option
@require_extra(FOR_INSTRUCTORS)
def selftest(
    name: str | None,
    many: bool,
    mutants: bool,
    attacks: bool,
    mutated: int,
    update: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Test the grader: right and wrong answers, each as a whole notebook.

    The solutions of grader_tests/SET/correct must get full points. Each named mistake of
    grader_tests/SET/mistakes.py, as a change of the whole solution, must lose exactly the points
    that it names, nearly always of its own question only, and most of them have to fail a visible
    test. Zeros of the right shape everywhere must bring next to nothing. Exits 1 if the grader
    was wrong even once.

    With --mutants the solution is changed mechanically, operator by operator and constant by
    constant: the hidden checks have to take points off each of them, unless mistakes.py says why
    it does the same.

    With --attacks every hostile notebook of grader_tests/attacks/corpus is graded as well, in a
    copy of the course and beside innocent students: none may gain a point, cost somebody else
    anything, or leave a process or a file behind.

    With --fuzz the grader reads N notebooks that were spoilt at random, in bytes, JSON, cells,
    metadata, outputs and sources, and 10 N frames such as a hostile worker might send. None may
    crash it, take long, or gain a point. A fault names the seed and the number of its mutant.

    \b
      galflux selftest ps4_convolution
      galflux selftest ps4_convolution --mutants --json
      galflux selftest ps4_convolution --attacks
      galflux selftest ps4_convolution --fuzz 500 --seed 7
    """
    from ..course import course_sets
    from ..grading import course_root
    from ..grading.root import load

    root = course_root()
    runner = load(root, "grader_tests.selftest")
    names = [name] if name else course_sets(root)
    if name and name not in course_sets(root):
        raise InputError(f"selftest: needed one of {', '.join(course_sets(root))}; got {name!r}")
    seeds = runner.MANY_SEEDS if many else runner.SEEDS
    result = runner.selftest(root, names, attacks=attacks, mutants=mutants, seeds=seeds)
    if update:
        for each in names:
            changed = runner.update(root, result.cases, each)
            click.echo(f"{each}: {changed} losses changed in mistakes.py; read the difference")
        return
    click.echo(_table(result))
    for case in (*result.cases, *result.attacks):
        for fault in case.faults:
            click.echo(f"{case.set}/{case.kind}/{case.case}: {fault}")
    for mutant in result.survivors:
        click.echo(f"{mutant.set}: not seen by the hidden checks: {mutant.case}")
    summary = result.summary()
    click.echo(f"\n{_rates(summary, runner)}")
    faults = []
    if mutated:
        campaign = load(root, "grader_tests.fuzz")
        fuzzed = [campaign.fuzz(root, each, mutated, seed) for each in names]
        click.echo("".join(map(_fuzz_table, fuzzed)), nl=False)
        summary["fuzz"] = {each.set: each.summary() for each in fuzzed}
        faults = [fault for each in fuzzed for fault in each.faults]
    if as_json:
        click.echo(json.dumps(summary, allow_nan=False))
    if faults or not result.passed:
        raise SystemExit(1)


def _table(result: Any) -> str:
    """Return a row for each notebook."""
    from ..reports import text_table

    rows = [
        [
            case.set,
            case.kind,
            case.case,
            case.points,
            case.expected,
            ("fail" if case.caught else "pass") if case in result.cases else "",
            "yes" if case.ok else "NO",
        ]
        for case in (*result.cases, *result.attacks)
    ]
    names = ["set", "kind", "case", "points", "expected", "visible tests", "ok"]
    return text_table(names, rows)


def _rates(summary: dict[str, Any], runner: Any) -> str:
    """Return how often the grader was right, a line for each rate."""
    lines = {
        "correct answers with full points": f"{summary['true_positive_rate']:.1%}",
        "wrong ones that lose exactly their due": f"{summary['true_negative_rate']:.1%}",
        "mistakes that cost their own question only": (
            f"{summary['own_question_rate']:.1%}, at least {runner.ENOUGH_OWN:.0%} needed"
        ),
        "mistakes that the visible tests catch": (
            f"{summary['visible_catch_rate']:.1%}, at least {runner.ENOUGH_VISIBLE:.0%} needed"
        ),
    }
    if "mutants" in summary:
        different = summary["mutants"] - summary["equivalent"]
        lines["mutants that the hidden checks see"] = f"{summary['killed_hidden']} of {different}"
        lines["mutants that the visible tests see"] = f"{summary['killed_visible']} of {different}"
    if summary["attacks"]:
        lines["attacks that gain points"] = f"{summary['attacks_gained']} of {summary['attacks']}"
    return "\n".join(f"{what:44}{how}" for what, how in lines.items())


def _fuzz_table(found: Any) -> str:
    """Return what mutated notebooks and frames of each kind did, and a line for each fault."""
    from ..reports import text_table

    names = ["mutation", "cases", "refused", "read", "most s", "graded", "most s", "most points"]
    rows = [
        [
            row.kind,
            row.cases,
            row.refused,
            row.read,
            f"{row.seconds:.2f}",
            row.graded,
            f"{row.grading_seconds:.1f}" if row.graded else "",
            f"{row.points:g}" if row.graded else "",
        ]
        for row in found.rows
    ]
    summary = (
        f"{found.set}: {len(found.notebooks)} notebooks, {len(found.grades)} of them graded, and "
        f"{len(found.frames)} frames: {len(found.faults)} faults"
    )
    return "\n".join(["", text_table(names, rows), *found.faults, summary, ""])
