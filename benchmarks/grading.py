"""How fast a class is graded, against stock nbgrader.

``headline``: 24 submissions of problem set 4, all of them solved, two at a time, each in a sandbox
of its own, hidden checks outside, grades in the gradebook (``galflux grade``). The peer is
``nbgrader autograde`` without our configuration, one after the other, nothing isolated, the same
checks in the student's own process; it skips the demonstration cells too. Both are timed as whole
commands, start included, by turns from the same empty gradebook; the ratio is the median of five
such pairs, which takes about ten minutes.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks import harness

SET, CLASS, JOBS = "ps4_convolution", 24, 2
REPOSITORY = Path(__file__).resolve().parents[1]
STOCK = """\
c = get_config()
c.CourseDirectory.course_id = "galflux"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.GenerateAssignment.force = True
c.Execute.skip_cells_with_tag = "demo"
c.Execute.timeout = 120
"""
OURS = ["-m", "galflux_edu.cli", "grade", SET, "--jobs", str(JOBS)]
THEIRS = ["-m", "nbgrader", "autograde", SET]


def run(root: Path, arguments: list[str]) -> None:
    """Run a command of Python in the course at `root`."""
    folders = [str(Path(sys.executable).parent), os.environ["PATH"]]  # nbgrader looks for alembic
    environment = {**os.environ, "PATH": os.pathsep.join(folders)}
    subprocess.run(  # noqa: S603
        [sys.executable, *arguments], cwd=root, env=environment, check=True, capture_output=True
    )


def hand_in(root: Path) -> None:
    """Build a class whose every member has solved the set."""
    for part in ("solutions", "exercises", "grader_tests"):
        shutil.copytree(REPOSITORY / part, root / part)
    (root / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
    run(root, ["-m", "nbgrader", "generate_assignment", SET])
    for i in range(CLASS):
        shutil.copytree(root / "solutions" / SET, root / "submitted" / f"student-{i:02}" / SET)


def rate(classroom: Path, arguments: list[str], config: str) -> Callable[[], float]:
    """Return a function that grades a fresh copy of the class and returns submissions a second."""

    def measure() -> float:
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch, "course")
            shutil.copytree(classroom, root)
            (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
            seconds = harness.seconds(lambda: run(root, arguments))
            if points(root) != [90.0] * CLASS:
                raise RuntimeError(f"needed full points for everybody; got {points(root)}")
        return CLASS / seconds

    return measure


def points(root: Path) -> list[float]:
    """Return what the machine gave each student."""
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        rows = gradebook.execute("SELECT SUM(auto_score) FROM grade GROUP BY notebook_id")
        return [row[0] for row in rows]


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    trusted = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        classroom = Path(scratch, "classroom")
        classroom.mkdir()
        hand_in(classroom)
        ours, theirs = rate(classroom, OURS, trusted), rate(classroom, THEIRS, STOCK)
        row = harness.row("headline", "nbgrader-stock", ours, theirs, "submissions/s")
    harness.report("grading", [row], ["galflux", "nbgrader", "numpy", "ipython"], as_json)


if __name__ == "__main__":
    main()
