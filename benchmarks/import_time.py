"""How long one waits for ``import galflux_edu`` and for ``galflux --help``, in new processes.

The peer is PyTorch: ``import torch``.
"""

import subprocess
import sys
from collections.abc import Callable

import click

from benchmarks import harness

OURS = {
    "headline": ["-c", "import galflux_edu"],
    "galflux --help": ["-m", "galflux_edu.cli", "--help"],
}
THEIRS = ["-c", "import torch"]


def starts_a_second(arguments: list[str]) -> Callable[[], float]:
    """Return a function that starts Python once and says how often that would go in a second."""

    def start() -> None:
        command = [sys.executable, *arguments]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  our own words

    return lambda: 1 / harness.seconds(start)


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    theirs = starts_a_second(THEIRS)
    theirs()  # from here on the files are in memory
    rows = []
    for case, arguments in OURS.items():
        ours = starts_a_second(arguments)
        ours()
        row = harness.row(case, "pytorch-eager", ours, theirs, "s")
        rows.append(row | {side: 1 / row[side] for side in ("ours", "theirs")})
    harness.report("import_time", rows, ["galflux", "torch"], as_json)


if __name__ == "__main__":
    main()
