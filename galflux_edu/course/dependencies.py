"""Which cells of a notebook depend on which others, by the names that they define and use."""

import ast
from functools import cache
from typing import Any


@cache
def names_of(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a cell defines and those that it uses."""
    defined, used = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, ast.FunctionDef):
            defined.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    return frozenset(defined), frozenset(used)


def affected_cells(cells: list[Any], changed: set[str]) -> set[str]:
    """Return the cells whose outcome can depend on the changed ones."""
    affected = set(changed)
    tainted = {name for cell in cells if cell.id in changed for name in top_names(cell.source)}
    for cell in cells:
        if cell.id not in affected and names_of(cell.source)[1] & tainted:
            affected.add(cell.id)
            tainted |= top_names(cell.source)
    # An answer is graded by the test that bears its name.
    return affected | {each.removesuffix("_code") for each in changed}


def with_providers(cells: list[Any], affected: set[str]) -> set[str]:
    """Return the affected cells and those that define what they use."""
    needed = set(affected)
    wanted = set().union(*(names_of(cell.source)[1] for cell in cells if cell.id in affected))
    for cell in reversed(cells):
        if cell.id not in needed and top_names(cell.source) & wanted:
            needed.add(cell.id)
            wanted |= names_of(cell.source)[1]
    return needed


@cache
def top_names(source: str) -> frozenset[str]:
    """Return the names that a cell leaves behind: those of its functions' insides are not."""
    tree = ast.parse(source)
    inner = {
        node.id
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return names_of(source)[0] - inner
