"""How long a person waits: for a catalogue of 100,000 galaxies, and for the cells of a lecture.

The peer of the first is ``pandas.read_csv``, which checks nothing; a lecture may take 20 seconds.
"""

import contextlib
import tempfile
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks import harness
from galflux_edu import sky
from galflux_edu.datasets import generate_catalogue, read_catalogue

ROOT = Path(__file__).resolve().parents[1]
ROWS, LECTURE_SECONDS = 100_000, 20


def catalogue(folder: Path) -> dict:
    """Read a catalogue as `simulate` writes it."""
    path = folder / "catalogue.csv"
    generate_catalogue(sky.survey("hsc"), ROWS, np.random.default_rng(0)).to_csv(path, index=False)
    return harness.row(
        "headline",
        "pandas",
        lambda: ROWS / harness.seconds(lambda: read_catalogue(path)),
        lambda: ROWS / harness.seconds(lambda: pd.read_csv(path)),
        "rows/s",
    )


def run_lecture(path: Path) -> dict:
    """Run the code cells of a lecture, and return what they define."""
    names: dict = {}
    for block in path.read_text(encoding="utf-8").split("```{code-cell} python\n")[1:]:
        code = block.partition("\n```")[0]
        exec(code.removeprefix(":tags: [hide-input]\n"), names)  # noqa: S102
    return names


def lecture(path: Path) -> dict:
    """Time a lecture, whose cells print while they run."""
    with contextlib.redirect_stdout(None):
        taken = harness.seconds(lambda: run_lecture(path))
    return harness.limit(f"lecture {path.parent.name}", taken, LECTURE_SECONDS, "s")


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [catalogue(Path(folder))]
    rows += [lecture(path) for path in sorted((ROOT / "course").glob("ps*/lecture.md"))]
    harness.report("waiting", rows, ["galflux", "numpy", "pandas"], as_json)


if __name__ == "__main__":
    main()
