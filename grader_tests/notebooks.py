"""Run a whole solution notebook with something changed in it, and say what it loses.

Its functions share one namespace, as a student's do, its visible tests run in order, and the
hidden check of a question is asked right after them, as in grading.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat

from galflux_edu.course.dependencies import affected_cells, with_providers
from galflux_edu.course.notebook import source_notebook, visible_code
from galflux_edu.errors import InputError
from galflux_edu.grading import NamespaceCaller, load_checks, run_question, solution_functions
from galflux_edu.grading.root import load
from galflux_edu.grading.run import earlier_functions, points
from galflux_edu.notebook.cells import is_answer, is_demo, is_test
from galflux_edu.notebook.shell import TimeUp, time_limit

CELL_SECONDS = 30.0
Hook = Callable[[Any, dict[str, Any]], None]


@dataclass
class Result:
    """What became of one notebook.

    Parameters
    ----------
    lost
        The points lost in each question; of several seeds a list.
    missed
        A sentence for each behaviour that was missed, by question.
    failed
        The questions whose visible tests fail, with their messages.
    """

    lost: dict[str, list[float]] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


@cache
def solution(root: Path, name: str) -> tuple[Any, ...]:
    """Return the code cells of the solution, up to the last test and without the hidden lines."""
    path = root / "solutions" / name / f"{name}.ipynb"
    return tuple(visible_code(nbformat.read(path, as_version=4)))


def refuse_stale(root: Path, name: str) -> None:
    """Refuse to test a solution that is not what the exercise says now.

    Raises
    ------
    InputError
        If it was changed and not built.
    """
    text = root / "course" / name / "exercise.py"
    if text.is_file() and (root / "solutions" / name).is_dir():
        written = source_notebook(text.read_text(encoding="utf-8"), name, lambda _: 1.0)
        if [cell.source for cell in visible_code(written)] != [
            cell.source for cell in solution(root, name)
        ]:
            raise InputError(
                f"selftest: needed a solution built from {text}; got an older one: run galflux "
                f"course build {name}"
            )


@cache
def named_mistakes(root: Path, name: str) -> ModuleType:
    """Return the module of the named mistakes of a set."""
    return load(root, f"grader_tests.{name}.mistakes")


def run_notebook(
    root: Path,
    name: str,
    cells: list[Any],
    seeds: range,
    *,
    hook: Hook | None = None,
    stop_early: bool = False,
) -> Result:
    """Run the changed notebook `cells` and return what it loses.

    Only what depends on a changed cell is asked: the rest is as in the solution.

    Parameters
    ----------
    root, name
        The course and the problem set.
    cells
        The code cells of the solution, some of them with another source.
    seeds
        What the inputs of the hidden checks are drawn from.
    hook
        Called with each answer cell and the namespace after it has run.
    stop_early
        End as soon as both judges have found a fault.
    """
    checks, result = load_checks(root, name), Result()
    original = {cell.id: cell.source for cell in solution(root, name)}
    changed = {cell.id for cell in cells if hook or cell.source != original[cell.id]}
    affected = affected_cells(cells, changed)
    needed = with_providers(cells, affected)
    names: dict[str, Any] = {"__name__": "__main__"}
    caller = NamespaceCaller(names, references=partial(solution_functions, root, name))
    with contextlib.chdir(root / "exercises" / name), _silence():
        for cell in cells:
            if is_demo(cell) or (is_test(cell) and cell.id not in needed):
                continue
            message = _run(cell, names)
            if hook and is_answer(cell):
                hook(cell, names)
            if not is_test(cell) or cell.id not in affected:
                continue
            if message:
                result.failed[cell.id] = message
            question, earlier = checks.QUESTIONS[cell.id], earlier_functions(checks, cell.id)
            for seed in seeds:
                behaviours = run_question(question, caller, seed, earlier)
                result.lost.setdefault(cell.id, []).append(question.points - points(behaviours))
                missed = [f"{each.name}: {each.message}" for each in behaviours if not each.passed]
                if missed:
                    result.missed[cell.id] = "; ".join(missed)
            if stop_early and result.failed and any(map(any, result.lost.values())):
                break
    return result


def _run(cell: Any, names: dict[str, Any]) -> str:
    """Run a cell and return what stopped it, or nothing."""
    try:
        with time_limit(CELL_SECONDS):
            exec(compile(cell.source, cell.id, "exec"), names)  # noqa: S102 - the course's own text
    except TimeUp:
        return "it takes too long"
    except Exception as error:  # noqa: BLE001 - a wrong answer may stop in any way
        return f"{type(error).__name__}: {error}"
    return ""


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
