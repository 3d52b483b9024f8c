"""Grade a class while its workers and the grader itself are killed, and compare every grade.

Run it from the root of the repository:

    python -m grader_tests.class_under_fault --students 200 --kills 5
    python -m grader_tests.class_under_fault --students 200 --kills 5 --backend dask

Every other student hands in the solution with a named mistake in it, and every
other one an attack. The grader is killed (SIGKILL) and started anew so many times, and one of its
workers on the way. All grades must be those that the set names, nothing may stay behind, and
the grader must get by with less than 1 GiB of memory. Exits 1 if not.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import click
import psutil

from galflux_edu.course.mistakes import Mistake, mistakes_of
from galflux_edu.grading import course_root, load_checks
from galflux_edu.grading.root import load
from galflux_edu.notebook.cells import is_answer
from galflux_edu.reports import text_table
from grader_tests.attacks.runner import (
    Attack,
    attack_names,
    attacked_set,
    compare,
    hand_in,
    limit,
    nbgrader,
    workplace,
)
from grader_tests.notebooks import solution

MOST_BYTES = 1 << 30
SECONDS = 10  # for all that the grader has started to end, once it is killed
EVERY = 0.2  # seconds between two looks
JOBS = 2


@dataclass(frozen=True)
class Student:
    """A student: what they hand in, and the points they deserve, by grade_id."""

    name: str
    kind: str
    notebook: bytes
    expected: dict[str, float]


def students(root: Path, name: str) -> Iterator[Student]:
    """Yield students without end: a named mistake and an attack by turns."""
    released = json.loads((root / "exercises" / name / f"{name}.ipynb").read_bytes())
    answers = list(mistakes_of(load(root, f"grader_tests.{name}.mistakes")))
    attacks = attack_names(root)
    for each in (answers, attacks):
        random.Random(0).shuffle(each)  # noqa: S311
    pairs = zip(cycle(answers), cycle(attacks), strict=False)
    for i, (answer, attack) in enumerate(pairs):
        yield _honest(root, name, released, answer, f"{2 * i:03}-{answer.case}")
        module = load(root, f"grader_tests.attacks.corpus.{attack}")
        hostile = module.submission(released)
        yield Student(f"{2 * i + 1:03}-{attack}", "attack", hostile, module.EXPECTED)


def _honest(root: Path, name: str, released: dict, answer: Mistake, student: str) -> Student:
    """Return a student who hands in the solution with one named mistake in it."""
    questions = load_checks(root, name).QUESTIONS
    cells = answer.applied(list(solution(root, name)))
    sources = {cell.id.removesuffix("_code"): cell.source for cell in cells if is_answer(cell)}
    notebook = load(root, "grader_tests.attacks.corpus._tools").hand_in(released, **sources)
    expected = {each: question.points for each, question in questions.items()}
    expected[answer.question] -= answer.loses
    return Student(student, "wrong", notebook, expected)


class Fault:
    """Start the grader again and again, and kill it and a worker on the way."""

    def __init__(self, course: Path, command: list[str], count: int):
        self.course, self.command, self.count = course, command, count
        self.peak, self.faults = 0, list[str]()

    def run(self, kills: int, a_worker: Callable[[int], int]) -> None:
        """Grade the class; `a_worker` is given the grader's pid and returns that of a worker."""
        for i in range(kills):
            grader = self._start()
            if not self._reaches(grader, (i + 1) / (kills + 2)):
                self.faults.append(f"the grader was to be killed {kills} times; it ended after {i}")
            self._kill(grader)
        grader = self._start()
        if self._reaches(grader, (kills + 1) / (kills + 2)):
            os.kill(a_worker(grader.pid), signal.SIGKILL)
        self._reaches(grader, float("inf"))
        if grader.returncode != 0:
            self.faults.append(f"the grader ended with {grader.returncode}: {self._output()}")

    def _start(self) -> subprocess.Popen:
        with (self.course / "log.txt").open("w") as log:
            return subprocess.Popen(self.command, cwd=self.course, stdout=log, stderr=log)  # noqa: S603

    def _reaches(self, grader: subprocess.Popen, share: float) -> bool:
        """Wait until that share of the class is graded; return False if the grader ends before."""
        while grader.poll() is None:
            graded = sum(1 for _ in (self.course / ".grader").glob("cache/*.json"))
            if graded >= share * self.count:
                return True
            self.peak = max(self.peak, _peak_memory(grader.pid))
            time.sleep(EVERY)
        return False

    def _kill(self, grader: subprocess.Popen) -> None:
        if grader.poll() is not None:
            return
        top = psutil.Process(grader.pid)
        top.suspend()  # so that it starts nothing while we look
        family = top.children(recursive=True)
        grader.kill()
        grader.wait()
        left = psutil.wait_procs(family, timeout=SECONDS)[1]
        self.faults += [f"the grader is dead, but not its {each}" for each in left]

    def _output(self) -> str:
        lines = (self.course / "log.txt").read_text(encoding="utf-8").splitlines()
        return "\n".join(line for line in lines if "NOT GRADED" in line) or lines[-1]


def _peak_memory(pid: int) -> int:
    """Return the most bytes that a process ever held in memory."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM")), 0)


def _loky_worker(grader: int) -> int:
    """Return a process of joblib's own that runs submissions."""
    children = psutil.Process(grader).children()
    return next(each.pid for each in children if "LokyProcess" in " ".join(each.cmdline()))


@contextmanager
def _cluster() -> Iterator[tuple[list[str], Callable[[int], int]]]:
    """Give what `galflux grade` needs for a cluster of two workers, and what finds one of them."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=JOBS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        options = ["--backend", "dask", "--scheduler", cluster.scheduler_address]
        yield options, lambda _: next(iter(client.run(os.getpid).values()))


@contextmanager
def _machine() -> Iterator[tuple[list[str], Callable[[int], int]]]:
    yield ["--jobs", str(JOBS)], _loky_worker


def _print(found: list[Attack], fault: Fault, seconds: float) -> bool:
    """Print what became of the class and return whether all is well."""
    if fault.peak >= MOST_BYTES:
        fault.faults.append(f"needed less than 1 GiB for the grader; got {fault.peak / 2**30:.2f}")
    kinds = sorted({each.kind for each in found})
    rows = [(kind, [each.ok for each in found if each.kind == kind]) for kind in kinds]
    table = [[kind, len(ok), sum(ok), f"{sum(ok) / len(ok):.1%}"] for kind, ok in rows]
    click.echo(text_table(["handed in", "students", "grades as expected", "share"], table))
    click.echo(
        f"\n{seconds / 60:.1f} minutes; the grader held {fault.peak / 2**20:.0f} MiB at most"
    )
    wrong = [f"{each.case}: {sentence}" for each in found for sentence in each.faults]
    for sentence in [*wrong, *fault.faults]:
        click.echo(sentence)
    return not (wrong or fault.faults)


@click.command(help=__doc__)
@click.option("--students", "count", default=200, show_default=True)
@click.option("--kills", default=5, show_default=True)
@click.option("--backend", type=click.Choice(["loky", "dask"]), default="loky", show_default=True)
def main(count: int, kills: int, backend: str) -> None:
    """Do it, in a copy of the course."""
    root = course_root()
    name = attacked_set(root)
    class_ = list(islice(students(root, name), count))
    start = time.monotonic()
    with (
        workplace(root) as (course, _),
        _cluster() if backend == "dask" else _machine() as (options, a_worker),
    ):
        # Attacks that never end are many: of those that keep on at it we have enough sooner.
        limit(course, name, total_seconds=150.0)
        nbgrader(course, "generate_assignment", name)
        hand_in(course, name, {each.name: each.notebook for each in class_})
        command = [sys.executable, "-m", "galflux_edu.cli", "grade", name, *options]
        fault = Fault(course, command, count)
        fault.run(kills, a_worker)
        found = [compare(course, name, each.kind, each.name, each.expected, ()) for each in class_]
        if not _print(found, fault, time.monotonic() - start):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
