"""Prove the attacks on a stock nbgrader, and print what each of them gets there.

``python -m grader_tests.attacks.prove [NAME ...]`` hands in each attack, beside the notebook of an
innocent student, to `nbgrader autograde` with nbgrader's own preprocessors: the hidden checks run
in the student's kernel. What comes of it should be what STOCK in the attack's file says. It takes
half an hour for all of them, and is no part of the test suite.

The stock grader protects nobody, so all of it runs under bubblewrap: a copy of the course is all
that it can write to, there is no network, and no process of this machine is in sight. Attacks
that would fill the memory or the disk even so are called unsafe, and not run.
"""

import argparse
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tqdm import tqdm

from galflux_edu.reports import text_table

from .corpus._tools import KEPT, PARAMETERS, RELU, SET, hand_in

ROOT = Path(__file__).resolve().parents[2]
ATTACKER, INNOCENT = "attacker", "innocent"
SECONDS = 150  # an undisturbed run takes about ten
LIMITS = ("prlimit", "--data=3000000000", "--fsize=500000000")
STOCK_CONFIG = """\
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.GenerateAssignment.force = True
"""
# The last line tells which processes are left when the grader has ended.
RUN = """\
timeout -k 5 {seconds} {python} -m nbgrader {command} > log.txt 2>&1
echo $? > rc.txt
sleep 1
cat /proc/[0-9]*/comm > left.txt
"""


@dataclass(frozen=True)
class Proof:
    """What an attack got on the stock grader; nothing if `effects` is empty."""

    name: str
    expected: str
    effects: tuple[str, ...]

    @property
    def found(self) -> str:
        """Return the word that belongs into STOCK."""
        return "gains" if self.effects else "fails"


def prove(name: str, template: Path) -> Proof:
    """Grade the attack `name` in a copy of the course `template`."""
    attack = importlib.import_module(f"grader_tests.attacks.corpus.{name}")
    released = json.loads((ROOT / "exercises" / SET / f"{SET}.ipynb").read_bytes())
    with tempfile.TemporaryDirectory(prefix="galflux-stock-") as scratch:
        course = Path(shutil.copytree(template, Path(scratch, "course")))
        innocent = hand_in(released, relu_forward=RELU, count_parameters=PARAMETERS)
        for student, content in ((ATTACKER, attack.submission(released)), (INNOCENT, innocent)):
            path = course / "submitted" / student / SET / f"{SET}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
        before = {path: path.read_bytes() for path in _files(course)}
        _stock(course, f"autograde {SET}")
        return Proof(name, attack.STOCK, tuple(_effects(attack, course, before)))


def _effects(attack: ModuleType, course: Path, before: dict[Path, bytes]) -> Iterator[str]:
    gained, extra = _grades(course, ATTACKER)
    more = extra + sum(max(0.0, gained[i] - attack.EXPECTED.get(i, 0.0)) for i in gained)
    if more:
        yield f"gains {more:g} points"
    if getattr(attack, "FLAGGED", False):  # the stock grader never asks for a person
        yield f"gains {sum(gained.values()):g} points unseen"
    lost = sum(max(0.0, points - gained.get(i, 0.0)) for i, points in attack.EXPECTED.items())
    if lost:
        yield f"costs its own right answers {lost:g} points"
    if _grades(course, INNOCENT) != ({**dict.fromkeys(gained, 0.0), **KEPT}, 0.0):
        yield "costs another student grades"
    if not (course / "rc.txt").is_file():
        yield "kills everything"
    elif (course / "rc.txt").read_text().strip() in ("124", "137"):
        yield f"stops the grader, for {SECONDS} s at least"
    left = (course / "left.txt").read_text() if (course / "left.txt").is_file() else ""
    if set(left.split()) - {"bwrap", "sh", "cat"}:
        yield "leaves a process"
    mine = ("submitted", "autograded", "gradebook.db", "log.txt", "rc.txt", "left.txt", "core")
    new = {path.relative_to(course).as_posix() for path in _files(course) - before.keys()}
    if any(not path.startswith(mine) and "__pycache__" not in path for path in new):
        yield "leaves a file"
    grader = course / "galflux_edu" / "grading"
    if any(path.read_bytes() != before[path] for path in grader.glob("*.py")):
        yield "rewrites the grader"
    leak = getattr(attack, "LEAK", None)
    page = _shown(course) if leak else ""
    if leak and not page:
        yield "gets no page of feedback"
    if leak and leak in page:
        yield "shows what it should not"


def _grades(course: Path, student: str) -> tuple[dict[str, float], float]:
    """Return the points by grade_id, and the extra credit."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        try:
            grades = [
                grade
                for grade in book.find_submission_notebook(SET, SET, student).grades
                if grade.cell.cell_type == "code"
            ]
        except MissingEntry:
            names = [cell.name for cell in book.find_notebook(SET, SET).grade_cells]
            return dict.fromkeys(set(names) - {"what_went_wrong"}, 0.0), 0.0
        extra = sum(grade.extra_credit or 0.0 for grade in grades)
        return {grade.name: float(grade.score or 0.0) for grade in grades}, extra


def _shown(course: Path) -> str:
    """Return the page of feedback that a browser gets to see."""
    _stock(course, f"generate_feedback {SET}")
    page = course / "feedback" / ATTACKER / SET / f"{SET}.html"
    return page.read_text(encoding="utf-8") if page.is_file() else ""


def _files(course: Path) -> set[Path]:
    return {path for path in course.rglob("*") if path.is_file()}


def _stock(course: Path, command: str) -> None:
    """Run a command of the stock nbgrader in `course`, where it can do no harm."""
    run = RUN.format(seconds=SECONDS, python=sys.executable, command=command)
    box = [
        *("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
        *("--size", "268435456", "--tmpfs", "/tmp", "--size", "268435456", "--tmpfs", "/dev/shm"),  # noqa: S108
        *("--bind", str(course), "/mnt", "--chdir", "/mnt"),
        *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--setenv", "HOME", "/tmp", "--setenv", "PYTHONPATH", "/mnt"),  # noqa: S108
        *("--setenv", "PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin"),
    ]
    subprocess.run([*LIMITS, *box, "sh", "-c", run], check=False, timeout=SECONDS + 60)  # noqa: S603


def _template(scratch: Path) -> Path:
    """Return a copy of the course with a gradebook, as the stock nbgrader makes it."""
    course = scratch / "template"
    for part in ("solutions", "exercises", "grader_tests", "galflux_edu"):
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    (course / "nbgrader_config.py").write_text(STOCK_CONFIG)
    _stock(course, f"generate_assignment {SET}")
    if not (course / "gradebook.db").is_file():
        raise RuntimeError((course / "log.txt").read_text())
    return course


def attacks(names: list[str]) -> list[str]:
    """Return the names of the attacks, all of them if none is named."""
    folder = ROOT / "grader_tests" / "attacks" / "corpus"
    return names or sorted(path.stem for path in folder.glob("[!_]*.py"))


def main() -> None:
    """Prove the attacks named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    safe = [
        name
        for name in attacks(given.names)
        if not importlib.import_module(f"{__package__}.corpus.{name}").STOCK.startswith("unsafe")
    ]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(given.jobs) as pool:
        template = _template(Path(scratch))
        futures = [pool.submit(prove, name, template) for name in safe]
        proofs = [future.result() for future in tqdm(futures, unit="attack", disable=None)]
    rows = [[proof.name, proof.expected, proof.found, "; ".join(proof.effects)] for proof in proofs]
    table = text_table(["attack", "STOCK", "found", "what it does there"], rows)
    sys.stdout.write(table + "\n")
    if any(proof.expected != proof.found for proof in proofs):
        raise SystemExit("not every STOCK says what was found")


if __name__ == "__main__":
    main()
