"""Mechanical mutants of a solution: operators, constants, comparisons, slices, arguments.

Made by the standard library's syntax trees: mutation tools (mutmut, cosmic-ray) mutate installed
modules under a test runner, and here one function of a notebook is changed under two judges.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from galflux_edu.course.mistakes import with_functions
from galflux_edu.errors import InputError
from galflux_edu.notebook.cells import is_answer

from .notebooks import named_mistakes, run_notebook, solution

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
}


@dataclass(frozen=True)
class Mutant:
    """One mechanical change of the solution, and who saw it.

    Parameters
    ----------
    set, question
        Whose answer is changed.
    change
        The statement before and after.
    source
        The changed function.
    hidden, visible
        Whether the hidden checks take points off, and whether the visible tests fail.
    reason
        Why it does the same as the solution, where somebody has said so.
    """

    set: str
    question: str
    change: str
    source: str
    hidden: bool = False
    visible: bool = False
    reason: str = ""

    kind, points, expected, ok = "mutant", 0.0, 0.0, False  # as a row of the self-test

    @property
    def case(self) -> str:
        """Return the name of the mutant."""
        return f"{self.question}: {self.change}"

    @property
    def equivalent(self) -> bool:
        """Return whether it does what the solution does."""
        return bool(self.reason)


def mutants_of(root: Path, name: str) -> Iterator[Mutant]:
    """Yield the mutants of every answer of a set."""
    reasons = getattr(named_mistakes(root, name), "EQUIVALENT", {})
    if not isinstance(reasons, dict):
        raise InputError(
            f"selftest: needed EQUIVALENT = {{mutant: reason}} in grader_tests/{name}/mistakes.py; "
            f"got a {type(reasons).__name__}"
        )
    for cell in solution(root, name):
        if not is_answer(cell):
            continue
        for function in ast.parse(cell.source).body:
            if isinstance(function, ast.FunctionDef):
                for change, source in _mutations(function):
                    question = cell.id.removesuffix("_code")
                    mutant = Mutant(name, question, change, source)
                    yield replace(mutant, reason=reasons.get(mutant.case, ""))


def run_mutant(root: Path, mutant: Mutant) -> Mutant:
    """Return the mutant with who saw it."""
    name = f"{mutant.question}_code"
    cells: list[Any] = []
    for cell in solution(root, mutant.set):
        source = with_functions(cell.source, mutant.source) if cell.id == name else cell.source
        cells.append(type(cell)({**cell, "source": source}))
    result = run_notebook(root, mutant.set, cells, range(2), stop_early=True)
    lost = any(map(any, result.lost.values()))
    return replace(mutant, hidden=lost, visible=bool(result.failed))


def _mutations(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Yield what changes, and the function with that change."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    seen: set[str] = set()
    for statement in body:
        for number, node in enumerate(ast.walk(statement)):
            for edit in _edits(node):
                changed = copy.deepcopy(function)
                place = function.body.index(statement)
                target = list(ast.walk(changed.body[place]))[number]
                edit(target)
                source = ast.unparse(ast.fix_missing_locations(changed))
                if source in seen or source == ast.unparse(function):
                    continue
                seen.add(source)
                before, after = _difference(ast.unparse(function), source)
                yield f"{before} -> {after}", source


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the first line that differs, before and after, without indentation."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    old, new = next((old, new) for old, new in pairs if old != new)
    return old.strip(), new.strip()


def _edits(node: ast.AST) -> Iterator[Any]:
    """Yield functions that change a node in place."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATORS:
        yield lambda target: setattr(target, "op", OPERATORS[type(target.op)]())
    if isinstance(node, ast.AugAssign):
        yield _plain_assignment
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield lambda target: setattr(target, "ops", [COMPARISONS[type(target.ops[0])]()])
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for step in (1, -1):
            yield lambda target, step=step: setattr(target, "value", target.value + step)
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper"):
            if getattr(node, bound) is not None:
                yield lambda target, bound=bound: setattr(target, bound, None)
    if isinstance(node, ast.Call | ast.Tuple):
        items = "args" if isinstance(node, ast.Call) else "elts"
        for i in range(len(getattr(node, items)) - 1):
            yield lambda target, i=i, items=items: _swap(getattr(target, items), i)
    if isinstance(node, ast.Call):
        for i in range(len(node.keywords)):
            yield lambda target, i=i: target.keywords.pop(i)


def _swap(items: list[ast.expr], i: int) -> None:
    items[i], items[i + 1] = items[i + 1], items[i]


def _plain_assignment(target: ast.AugAssign) -> None:
    """Turn ``a += b`` into ``a = b``, in place."""
    plain = ast.Assign([target.target], target.value)
    target.__class__, target.__dict__ = plain.__class__, plain.__dict__
