"""Grade the grader: every answer of a set must get exactly the points it deserves.

``grader_tests/<set>/correct`` holds whole solutions in other styles, ``mistakes.py`` the named
misconceptions, each a change of the solution notebook with the points that it loses. Two judges
see every notebook, the hidden checks and the visible tests. `mutants` adds mechanical changes;
hostile notebooks are the business of ``attacks``.
"""

import ast
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from galflux_edu.course.mistakes import Mistake, in_another_style, mistakes_of
from galflux_edu.errors import InputError
from galflux_edu.grading import load_checks, solution_functions
from galflux_edu.grading.backends import die_with
from galflux_edu.grading.run import points_of
from galflux_edu.notebook.cells import is_answer

from .attacks.runner import Attack, attack, attacked_set
from .mutants import Mutant, mutants_of, run_mutant
from .notebooks import Result, named_mistakes, refuse_stale, run_notebook, solution

SEEDS, MANY_SEEDS = 1, 10
ENOUGH_VISIBLE = 0.97  # of the misconceptions, a student learns of without waiting for a grade
ENOUGH_OWN = 0.95  # of the misconceptions cost their own question only
MOST_FOR_ZEROS = 0.05  # of the points of a set
EMPTY, ZEROS = "empty_stub", "zeros_everywhere"  # nobody believes these


@dataclass(frozen=True)
class Case:
    """One notebook and what became of it."""

    set: str
    kind: str
    case: str
    points: float  # of the seed that was furthest from what was expected
    expected: float
    right: float  # share of the seeds in which it got exactly its points
    caught: bool  # by the visible tests
    own: bool  # it costs its own question only
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Return whether both judges said what they should."""
        return not self.faults

    @property
    def misconception(self) -> bool:
        """Return whether somebody may believe it."""
        return self.kind == "wrong" and self.case not in (EMPTY, ZEROS)


@dataclass(frozen=True)
class SelfTest:
    """All cases, and how often the judges were right."""

    cases: tuple[Case, ...]
    attacks: tuple[Attack, ...] = ()
    mutants: tuple[Mutant, ...] | None = None

    def rate(self, kind: str) -> float:
        """Return the share of seeds in which a `kind` of answer got exactly its points."""
        right = [case.right for case in self.cases if case.kind == kind]
        return sum(right) / len(right) if right else 1.0

    @property
    def visible_catch_rate(self) -> float:
        """Return the share of misconceptions the visible tests catch, in the worst set."""
        return self._worst("caught")

    @property
    def own_question_rate(self) -> float:
        """Return the share of misconceptions that cost their own question only, likewise."""
        return self._worst("own")

    def _worst(self, name: str) -> float:
        by_set: dict[str, list[bool]] = {}
        for case in filter(lambda each: each.misconception, self.cases):
            by_set.setdefault(case.set, []).append(getattr(case, name))
        return min((sum(each) / len(each) for each in by_set.values()), default=1.0)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Return the mutants that the hidden checks do not kill, though they are not equivalent."""
        return tuple(each for each in self.mutants or () if not (each.hidden or each.equivalent))

    @property
    def passed(self) -> bool:
        """Return whether the grader may be trusted."""
        good = all(case.ok for case in (*self.cases, *self.attacks))
        enough = self.visible_catch_rate >= ENOUGH_VISIBLE and self.own_question_rate >= ENOUGH_OWN
        return good and enough and not self.survivors

    def summary(self) -> dict[str, Any]:
        """Return everything in the form that other programs read."""
        names = ("set", "kind", "case", "points", "expected", "ok")
        rows = (*self.cases, *self.attacks, *self.survivors)
        summary = {
            "rows": [{name: getattr(case, name) for name in names} for case in rows],
            "true_positive_rate": self.rate("correct"),
            "true_negative_rate": self.rate("wrong"),
            "visible_catch_rate": self.visible_catch_rate,
            "own_question_rate": self.own_question_rate,
            "attacks": sum(each.kind == "attack" for each in self.attacks),
            "attacks_gained": sum(each.gained for each in self.attacks),
        }
        if self.mutants is not None:
            summary |= {
                "mutants": len(self.mutants),
                "killed_hidden": sum(each.hidden for each in self.mutants),
                "killed_visible": sum(each.visible for each in self.mutants),
                "equivalent": sum(each.equivalent for each in self.mutants),
            }
        return summary


def selftest(
    root: Path,
    names: list[str],
    *,
    attacks: bool = False,
    mutants: bool = False,
    seeds: int = SEEDS,
) -> SelfTest:
    """Run the right and the wrong answers of the problem sets `names`.

    Parameters
    ----------
    root
        The course.
    names
        The problem sets.
    attacks
        Whether to attack the isolated grader too, which takes minutes.
    mutants
        Whether to run mechanical changes of the solutions too.
    seeds
        How many seeds the hidden checks draw their inputs from.

    Raises
    ------
    InputError
        If a set has no right or no wrong answers, or none of the sets is the one that attacks are
        written for.
    """
    if attacks and attacked_set(root) not in names:
        raise InputError(
            f"selftest: needed {attacked_set(root)}, the set that attacks are written for; "
            f"got {', '.join(names)}"
        )
    root = root.resolve()
    for name in names:
        refuse_stale(root, name)
    work = [
        partial(_case, root, name, *each, seeds) for name in names for each in _answers(root, name)
    ]
    changed = [partial(run_mutant, root, each) for name in names for each in mutants_of(root, name)]
    cases = _side_by_side(work, "answer")
    killed = _side_by_side(changed, "mutant") if mutants else None
    return SelfTest(tuple(cases), tuple(attack(root)) if attacks else (), killed and tuple(killed))


def _side_by_side(work: list[Callable], unit: str) -> list[Any]:
    """Return what each piece of work returns; they run in processes of their own."""
    workers = min(len(work), os.cpu_count() or 1)
    # Fresh processes, not forks: a process that has used JAX cannot be forked.
    options = {"mp_context": get_context("spawn"), "initializer": die_with}
    with ProcessPoolExecutor(workers, **options, initargs=(os.getpid(),)) as pool:
        futures = [pool.submit(each) for each in work]
        return [future.result() for future in tqdm(futures, unit=unit, disable=None)]


def _answers(root: Path, name: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the name of each notebook of a set."""
    folder = root / "grader_tests" / name
    styles = sorted(path.stem for path in (folder / "correct").glob("[!_]*.py"))
    if not styles or not (folder / "mistakes.py").is_file():
        raise InputError(
            f"selftest: needed grader_tests/{name}/mistakes.py and solutions in other styles in "
            f"grader_tests/{name}/correct; one of them is not there"
        )
    yield from (("correct", each) for each in ("solution", *styles))
    yield from (("wrong", each.case) for each in mistakes_of(named_mistakes(root, name)))
    yield from (("wrong", each) for each in (EMPTY, ZEROS))


def _case(root: Path, name: str, kind: str, case: str, seeds: int) -> Case:
    cells, hook, mistake = list(solution(root, name)), None, None
    total = points_of(load_checks(root, name))
    if kind == "correct":
        hook = _nothing  # so that all of it is asked
        if case != "solution":
            path = root / "grader_tests" / name / "correct" / f"{case}.py"
            cells = in_another_style(cells, path.read_text(encoding="utf-8"))
        expected = {}
    elif case in (EMPTY, ZEROS):
        hook = partial(_emptied if case == EMPTY else _zeroed, solution_functions(root, name))
        expected = {}
    else:
        mistake = next(e for e in mistakes_of(named_mistakes(root, name)) if e.case == case)
        cells, expected = mistake.applied(cells), {mistake.question: mistake.loses}
    result = run_notebook(root, name, cells, range(seeds), hook=hook)
    losses = [sum(each) for each in zip(*result.lost.values(), strict=True)]
    due = _expected(case, sum(expected.values()), total, losses)
    return Case(
        set=name,
        kind=kind,
        case=case,
        points=round(total - max(losses, key=lambda lost: abs(lost - due)), 6),
        expected=round(total - due, 6),
        right=sum(abs(lost - due) < 1e-6 for lost in losses) / len(losses),
        caught=bool(result.failed),
        own=mistake is None
        or all(not any(v) for k, v in result.lost.items() if k != mistake.question),
        faults=tuple(_faults(kind, mistake, result, losses, due)),
    )


def _expected(case: str, loses: float, total: float, losses: list[float]) -> float:
    """Return the points that a notebook has to lose."""
    if case == EMPTY:
        return total
    if case == ZEROS:  # any loss will do that is large enough
        return max(min(losses), (1 - MOST_FOR_ZEROS) * total)
    return loses


def _faults(
    kind: str, mistake: Mistake | None, result: Result, losses: list[float], due: float
) -> Iterator[str]:
    if any(abs(lost - due) > 1e-6 for lost in losses):
        yield f"needed to lose {due:g}; lost {', '.join(f'{lost:g}' for lost in losses)}"
        yield from (f"{question}: {missed}" for question, missed in result.missed.items())
    if kind == "correct":
        yield from (f"the visible tests refuse it: {message}" for message in result.failed.values())
    if mistake is not None:
        others = [k for k, v in result.lost.items() if k != mistake.question and any(v)]
        if others:
            yield f"it costs {', '.join(others)} too"


def _nothing(cell: Any, names: dict[str, Any]) -> None:
    """Leave the answer as it is."""


def _functions(cell: Any) -> Iterable[str]:
    tree = ast.parse(cell.source)
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def _emptied(_: dict[str, Any], cell: Any, names: dict[str, Any]) -> None:
    def unwritten(*args: Any, **kwargs: Any) -> None:
        raise NotImplementedError

    names.update(dict.fromkeys(_functions(cell), unwritten))


def _zeroed(right: dict[str, Any], cell: Any, names: dict[str, Any]) -> None:
    def zeros(function: Callable, *args: Any, **kwargs: Any) -> Any:
        return _zero(function(*args, **kwargs))

    names.update(
        {name: partial(zeros, right[name]) for name in _functions(cell) if is_answer(cell)}
    )


def _zero(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_zero, value))
    return np.zeros_like(value) if isinstance(value, np.ndarray) else type(value)(0)


def update(root: Path, cases: Iterable[Case], name: str) -> int:
    """Write into ``mistakes.py`` what each mistake of the set `name` loses; return how many changed."""
    path = root / "grader_tests" / name / "mistakes.py"
    text = path.read_text(encoding="utf-8")
    total = points_of(load_checks(root, name))
    found = {case.case: total - case.points for case in cases if case.set == name}
    lines, changed = text.split("\n"), 0
    for node in ast.parse(text).body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        question = node.targets[0].id
        for keyword in node.value.keywords:
            loses = next(each.value for each in keyword.value.keywords if each.arg == "loses")
            new = f"{found[f'{question}_{keyword.arg}']:g}"
            line = lines[loses.lineno - 1]
            old = line[loses.col_offset : loses.end_col_offset]
            changed += old != new
            lines[loses.lineno - 1] = line[: loses.col_offset] + new + line[loses.end_col_offset :]
    path.write_text("\n".join(lines), encoding="utf-8")
    return changed
