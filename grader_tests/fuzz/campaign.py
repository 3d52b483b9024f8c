"""Show mutants to the grader by the thousand, and tell what they did."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from galflux_edu.errors import InputError
from galflux_edu.grading import load_checks
from galflux_edu.grading.backends import workers
from grader_tests.attacks.runner import compare, hand_in, limit, nbgrader, workplace

from .frame_fuzz import examine_frame, examine_stall
from .notebook_fuzz import blank, examine_notebook, notebook_of
from .outcome import Outcome

FRAMES = 10  # for each notebook
STALLS = 100  # frames for each one that is sent in pieces by a worker that then says nothing
TOGETHER = 50  # mutants that a worker gets at a time, or that are one class
SAMPLE = 25  # of so many mutants that nothing new would run of, one is graded all the same
PAGES = 2  # of each class are made into a page of feedback
SHOWN = ("sources: text", "cells: attachments", "sources: odd code")  # what pages are made of
SECONDS = 180.0  # most that one may take in the sandbox: two passes, and the calls
LARGEST = 1 << 27  # bytes of a graded notebook, or of its page

Examine = Callable[[Path, str, int, int], Outcome]


@dataclass(frozen=True)
class Graded:
    """What a mutant got that was graded: its number, and what `Outcome` says of the others."""

    number: int
    points: float
    seconds: float
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What all mutants with one kind of mutation did; a mutant may have several."""

    kind: str
    cases: int
    refused: int
    read: int
    seconds: float  # most that one took to be read
    graded: int
    grading_seconds: float  # most that one took in the sandbox
    points: float  # most that one got


@dataclass(frozen=True)
class Fuzz:
    """What the mutants of one problem set did."""

    set: str
    seed: int
    notebooks: tuple[Outcome, ...]
    frames: tuple[Outcome, ...]
    grades: tuple[Graded, ...]

    @property
    def rows(self) -> list[Row]:
        """Return a row for each kind of mutation, those of notebooks first."""
        grades = {each.number: each for each in self.grades}
        return [*_rows(self.notebooks, grades), *_rows(self.frames, {})]

    @property
    def faults(self) -> list[str]:
        """Return a sentence for each fault, with what makes the mutant again."""
        return [
            f"{self.set}: {what} {each.number} of seed {self.seed}: {fault}"
            for what, outcomes in (
                ("notebook", (*self.notebooks, *self.grades)),
                ("frame", self.frames),
            )
            for each in outcomes
            for fault in each.faults
        ]

    def summary(self) -> dict[str, Any]:
        """Return the numbers in the form that other programs read."""
        return {
            "set": self.set,
            "seed": self.seed,
            "notebooks": len(self.notebooks),
            "frames": len(self.frames),
            "graded": len(self.grades),
            "faults": len(self.faults),
            "most_points": max((each.points for each in self.grades), default=0.0),
        }


def fuzz(root: Path, name: str, count: int, seed: int = 0, *, jobs: int | None = None) -> Fuzz:
    """Let the grader read `count` mutated notebooks and ten times as many frames.

    Every notebook whose code cells, once it is laid on the release, are neither those of the
    release nor those of one before it is graded, beside innocent students, by the code of
    ``galflux grade`` and ``nbgrader autograde``; so are some of the others.

    Parameters
    ----------
    root
        The course. Notebooks are graded in a copy of it.
    name
        The problem set.
    count
        How many notebooks.
    seed
        What they are drawn from.
    jobs
        How many are looked at at a time; as many as there are cores if not given.

    Raises
    ------
    IsolationError
        If nothing isolates students' code here: then nothing is graded.
    """
    from galflux_edu.grading.sandbox import probe

    probe()
    run_all = partial(run_mutants, root, name, seed, jobs=jobs)
    notebooks = run_all(examine_notebook, range(count), "notebooks")
    frames = run_all(examine_frame, range(FRAMES * count), "frames")
    stalls = run_all(examine_stall, range(0, FRAMES * count, STALLS), "stalls")
    grades = grade_new(root, name, seed, notebooks, jobs=jobs)
    return Fuzz(name, seed, tuple(notebooks), (*frames, *stalls), tuple(grades))


def run_mutants(
    root: Path,
    name: str,
    seed: int,
    examine: Examine,
    numbers: range,
    what: str,
    *,
    jobs: int | None = None,
) -> list[Outcome]:
    """Return the outcome of `examine` on each number; one that ends its process costs no other."""
    pieces = [numbers[i : i + TOGETHER] for i in range(0, len(numbers), TOGETHER)]
    found: dict[int, Outcome] = {}
    task = partial(_piece, root, name, seed, examine)
    with tqdm(total=len(numbers), desc=what, unit="mutant", disable=None) as bar:
        for _ in range(2):
            with workers(jobs=jobs) as run:
                for outcomes in run(task, pieces):
                    found |= {each.number: each for each in outcomes}
                    bar.update(len(outcomes))
            pieces = [range(each, each + 1) for each in numbers if each not in found]
    dead = [Outcome(each[0], (), "failed", faults=("the grader died",)) for each in pieces]
    return sorted([*found.values(), *dead], key=lambda each: each.number)


def _piece(root: Path, name: str, seed: int, examine: Examine, numbers: range) -> list[Outcome]:
    return [examine(root, name, seed, number) for number in numbers]


def _new(outcomes: list[Outcome], known: str) -> Iterator[Outcome]:
    """Yield the first outcome of each new piece of code, and some of the others."""
    seen, others = {known}, 0
    for each in outcomes:
        if each.faults:
            continue
        if each.code and each.code not in seen:
            seen.add(each.code)
            yield each
        else:
            others += 1
            if others % SAMPLE == 1:
                yield each


def grade_new(
    root: Path, name: str, seed: int, outcomes: list[Outcome], *, jobs: int | None = None
) -> list[Graded]:
    """Grade whatever has code that was not there before, in classes with one innocent student."""
    chosen = list(_new(outcomes, blank(root, name)))
    classes = [chosen[i : i + TOGETHER] for i in range(0, len(chosen), TOGETHER)]
    with workplace(root) as (course, _):
        limit(course, name, cell_seconds=10.0, call_seconds=4.0, total_seconds=60.0)
        nbgrader(course, "generate_assignment", name)
        return [
            graded
            for i, outcomes in enumerate(classes)
            for graded in _grade_class(course, name, seed, i, outcomes, jobs)
        ]


def _grade_class(
    course: Path, name: str, seed: int, i: int, outcomes: list[Outcome], jobs: int | None
) -> Iterator[Graded]:
    from galflux_edu.grading.jobs import grade_class

    innocent = f"innocent-{i}"
    solved = (course / "solutions" / name / f"{name}.ipynb").read_bytes()
    mutants = {f"mutant-{each.number}": each for each in outcomes}
    contents = {
        student: notebook_of(course, name, seed, each.number).content
        for student, each in mutants.items()
    }
    hand_in(course, name, {**contents, innocent: solved})
    graded = {each.student: each for each in grade_class(course, name, jobs=jobs)}
    full = {each: check.points for each, check in load_checks(course, name).QUESTIONS.items()}
    pages = sorted(mutants, key=lambda student: not set(SHOWN) & set(mutants[student].kinds))
    for student, each in mutants.items():
        faults = [graded[student].error] if graded[student].error else []
        seconds = sum(report["seconds"] for report in graded[student].reports)
        if seconds > SECONDS:
            faults.append(f"it took {seconds:.0f} s in the sandbox")
        asked = any(report["for_a_person"] for report in graded[student].reports)
        if each.state == "unreadable" and not asked:
            faults.append("no person is asked to look at it")
        if student in pages[:PAGES]:
            faults += _page(course, name, student)
        fate = compare(course, name, "mutant", student, {}, tuple(faults))
        yield Graded(each.number, fate.points, seconds, fate.faults)
    fate = compare(course, name, "innocent", innocent, full, ())
    for fault in fate.faults:
        yield Graded(outcomes[0].number, 0.0, 0.0, (f"it, or one after it, harms others: {fault}",))
    for step in ("submitted", "autograded", "feedback"):
        shutil.rmtree(course / step, ignore_errors=True)


def _page(course: Path, name: str, student: str) -> Iterator[str]:
    """Yield what goes wrong when the page of feedback is made."""
    try:
        nbgrader(course, "generate_feedback", name, f"--student={student}")
    except InputError as error:
        yield str(error)
        return
    for path in (course / "feedback" / student).rglob("*.html"):
        if path.stat().st_size > LARGEST:
            yield f"its page takes {path.stat().st_size / 1e6:.0f} MB"


def _rows(outcomes: Iterable[Outcome], grades: dict[int, Graded]) -> Iterator[Row]:
    kinds: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for kind in outcome.kinds:
            kinds.setdefault(kind, []).append(outcome)
    for kind, those in sorted(kinds.items()):
        graded = [grades[each.number] for each in those if each.number in grades]
        states = [each.state for each in those]
        yield Row(
            kind=kind,
            cases=len(those),
            refused=states.count("unreadable") + states.count("refused"),
            read=states.count("read"),
            seconds=max(each.seconds for each in those),
            graded=len(graded),
            grading_seconds=max((each.seconds for each in graded), default=0.0),
            points=max((each.points for each in graded), default=0.0),
        )
