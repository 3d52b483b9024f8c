"""Grade the grader: every answer of the corpus must get exactly the points it deserves.

``grader_tests/corpus/<set>/correct`` holds answers written in different styles, ``wrong`` one
named misconception a file, with the points that each must lose. Two judges see every answer: the
hidden checks, with several seeds, and the visible tests of the released notebook. Hostile
notebooks are the business of ``attacks.py``.
"""

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

from tqdm import tqdm

from galflux_edu.errors import InputError
from galflux_edu.grading import NamespaceCaller, Report, load_checks, run_questions
from galflux_edu.grading.backends import die_with
from galflux_edu.grading.root import load
from galflux_edu.grading.run import points, points_of
from galflux_edu.notebook.cells import is_test
from galflux_edu.notebook.runner import Outcome, run_cells
from grader_tests.attacks.runner import Attack, attack, attacked_set

REPETITIONS = 10
KINDS = ("correct", "wrong")
NO_MISCONCEPTION = "empty_stub"  # nobody believes it; it only must bring nothing
ENOUGH_VISIBLE = 0.7  # of the misconceptions, a student learns of without waiting for a mark


@dataclass(frozen=True)
class Case:
    """One answer of the corpus and what became of it."""

    set: str
    kind: str
    case: str
    points: float  # of the repetition that was furthest from what was expected
    expected: float
    repetitions_right: int
    caught: bool  # by the visible tests
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Return whether both judges said what they should."""
        return not self.faults


@dataclass(frozen=True)
class SelfTest:
    """All cases, and how often the judges were right."""

    cases: tuple[Case, ...]
    attacks: tuple[Attack, ...] = ()

    def rate(self, kind: str) -> float:
        """Return the share of repetitions in which a `kind` of answer got exactly its points."""
        right = [case.repetitions_right for case in self.cases if case.kind == kind]
        return sum(right) / (REPETITIONS * len(right)) if right else 1.0

    @property
    def visible_catch_rate(self) -> float:
        """Return the share of misconceptions the visible tests catch, in the worst set."""
        caught: dict[str, list[bool]] = {}
        for case in self.cases:
            if case.kind == "wrong" and case.case != NO_MISCONCEPTION:
                caught.setdefault(case.set, []).append(case.caught)
        return min((sum(each) / len(each) for each in caught.values()), default=1.0)

    @property
    def passed(self) -> bool:
        """Return whether the grader may be trusted."""
        good = all(case.ok for case in (*self.cases, *self.attacks))
        return good and self.visible_catch_rate >= ENOUGH_VISIBLE

    def summary(self) -> dict[str, Any]:
        """Return everything in the form that other programs read."""
        names = ("set", "kind", "case", "points", "expected", "ok")
        return {
            "rows": [
                {name: getattr(case, name) for name in names}
                for case in (*self.cases, *self.attacks)
            ],
            "true_positive_rate": self.rate("correct"),
            "true_negative_rate": self.rate("wrong"),
            "visible_catch_rate": self.visible_catch_rate,
            "attacks": sum(each.kind == "attack" for each in self.attacks),
            "attacks_gained": sum(each.gained for each in self.attacks),
        }


def selftest(root: Path, names: list[str], *, attacks: bool = False) -> SelfTest:
    """Run the corpus of the problem sets `names` in ten repetitions with ten seeds.

    Parameters
    ----------
    root
        The course.
    names
        The problem sets.
    attacks
        Whether to attack the isolated grader too, which takes minutes.

    Raises
    ------
    InputError
        If a set has no corpus, or none of them is the one that attacks are written for.
    """
    if attacks and attacked_set(root) not in names:
        raise InputError(
            f"selftest: needed {attacked_set(root)}, the set that attacks are written for; "
            f"got {', '.join(names)}"
        )
    work = [(root, name, *each) for name in names for each in _corpus(root, name)]
    workers = min(len(work), os.cpu_count() or 1)
    # Fresh processes, not forks: a process that has used JAX cannot be forked.
    options = {"mp_context": get_context("spawn"), "initializer": die_with}
    with ProcessPoolExecutor(workers, **options, initargs=(os.getpid(),)) as pool:
        futures = [pool.submit(_case, *each) for each in work]
        cases = [future.result() for future in tqdm(futures, unit="answer", disable=None)]
    return SelfTest(tuple(cases), tuple(attack(root)) if attacks else ())


def _corpus(root: Path, name: str) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        files = sorted((root / "grader_tests" / "corpus" / name / kind).glob("[!_]*.py"))
        if not files:
            raise InputError(
                f"selftest: needed answers in grader_tests/corpus/{name}/{kind}; got none"
            )
        for path in files:
            yield kind, path.stem


def _case(root: Path, name: str, kind: str, case: str) -> Case:
    checks = load_checks(root, name)
    module = load(root, f"grader_tests.corpus.{name}.{kind}.{case}")
    losses = _expected_losses(module, checks)
    expected = points_of(checks) - sum(losses.values())
    reports = [run_questions(checks, NamespaceCaller(module), seed) for seed in range(REPETITIONS)]
    faults = [list(_faults(report, checks, losses)) for report in reports]
    failed = [each.cell for each in _visible(root, name, checks, module) if not each.passed]
    return Case(
        set=name,
        kind=kind,
        case=case,
        points=max((report.points for report in reports), key=lambda got: abs(got - expected)),
        expected=expected,
        repetitions_right=faults.count([]),
        caught=bool(failed),
        faults=(*dict.fromkeys(chain(*faults)), *_visible_faults(kind, module, failed)),
    )


def _expected_losses(module: ModuleType, checks: ModuleType) -> dict[str, int | float]:
    losses = getattr(module, "EXPECTED", None)
    if losses is None or not set(losses) <= set(checks.QUESTIONS):
        raise InputError(
            f"{module.__name__}: needed EXPECTED = {{grade_id: points lost}} with grade_ids of "
            f"{checks.__name__}; got {losses}"
        )
    return losses


def _faults(report: Report, checks: ModuleType, losses: dict[str, int | float]) -> Iterator[str]:
    for grade_id, behaviours in report.behaviours.items():
        lost = checks.QUESTIONS[grade_id].points - points(behaviours)
        expected = losses.get(grade_id, 0.0)
        if abs(lost - expected) > 1e-6:
            missed = "; ".join(f"{b.name}: {b.message}" for b in behaviours if not b.passed)
            yield f"{grade_id}: needed to lose {expected:g}; lost {lost:g} ({missed})"


def _visible_faults(kind: str, module: ModuleType, failed: list[str]) -> Iterator[str]:
    if kind == "correct" and failed:
        yield f"the visible tests refuse a correct answer in {', '.join(failed)}"
    if kind == "wrong" and getattr(module, "VISIBLE", False) and not failed:
        yield "no visible test catches it, and VISIBLE says one must"


def _visible(root: Path, name: str, checks: ModuleType, module: ModuleType) -> Iterator[Outcome]:
    """Yield the outcome of the visible tests with the module's functions for answers."""
    import nbformat

    path = root / "exercises" / name / f"{name}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    graded = {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in cells
        if is_test(cell)
    }
    checked = {check.grade_id: check.points for check in checks.QUESTIONS.values()}
    if graded != checked:
        raise InputError(
            f"{name}: needed the same grade_ids and points in the notebook and in the checks; "
            f"got {dict(graded.items() ^ checked.items())}"
        )
    with contextlib.chdir(path.parent):
        for outcome in run_cells(cells, answer=lambda _: f"from {module.__name__} import *"):
            if outcome.cell in graded:
                yield outcome
