"""``galflux check``: what the grader will see of a notebook."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import FOR_STUDENTS, PATH, require_extra

if TYPE_CHECKING:
    from ..notebook import Checked


@click.command()
@click.argument("notebook", type=PATH)
@click.option("--seconds", default=300.0, show_default=True, help="Time limit for all of it.")
@require_extra(FOR_STUDENTS)
def check(notebook: Path, seconds: float) -> None:
    """Run NOTEBOOK as the grader does, from top to bottom, and list which visible tests pass.

    Exits 0 if every test passes and 1 if not. The notebook is only read. Test cells that were
    changed or are missing are put back first, as in grading, and it runs in a process and a folder
    of its own, where only the files of the problem set are. Cells tagged `demo` are skipped.

    \b
      galflux check exercises/ps4_convolution/ps4_convolution.ipynb
    """
    from ..notebook import check_notebook

    checked = check_notebook(notebook, seconds)
    click.echo("\n".join(_report(checked)))
    if not checked.passed:
        raise SystemExit(1)


def _report(checked: "Checked") -> Iterator[str]:
    """Yield the lines of the report: what was put back, a line for each cell, what went wrong."""
    from ..reports import text_table

    yield from checked.notes
    if checked.untouched:
        yield "Nothing is written yet: begin with the first cell that says YOUR CODE HERE."
        return
    if checked.notes:
        yield ""
    tests, passed = checked.tests, [each for each in checked.tests if each.passed]
    points = [sum(each.points for each in some) for some in (passed, tests)]
    rows = [
        [each.cell, f"{each.points:g}" if each.points else "", each.state]
        for each in checked.outcomes
    ]
    rows.append(["all tests", f"{points[1]:g}", f"those that pass: {points[0]:g} points"])
    yield text_table(["cell", "points", "result"], rows)
    first: dict[str, str] = {}
    for each in checked.outcomes:
        if not each.message:
            continue
        start = "" if each.message.startswith(each.cell) else f"{each.cell}: "
        yield (
            f"\n{start}{each.message}"
            if each.message not in first
            else (f"\n{each.cell}: same as in {first[each.message]}")
        )
        first.setdefault(each.message, each.cell)
    yield f"\n{len(passed)} of {len(tests)} tested cells pass their visible tests"
    if checked.passed:
        yield "(the hidden tests look at other numbers and other sizes)"
