"""Find out where a student's code names what the problem set does not allow.

Modules that hold an answer are hidden in the sandbox. This is for the rest: ``jax.grad`` cannot be
hidden from JAX itself, and to check an answer with it is fine. So a person decides.
"""

import ast
import warnings
from collections.abc import Iterator
from typing import Any

MOST_CHARACTERS = 20_000  # of one cell
ALWAYS_ALLOWED = "galflux_edu.testing"  # the tools of the visible tests


def forbidden_names(notebook: Any, forbidden: tuple[str, ...]) -> list[str]:
    """Return a sentence for each cell of the student's own code that names a forbidden thing.

    Parameters
    ----------
    notebook
        The rebuilt submission; its locked cells are not looked at.
    forbidden
        Dotted names, ``("scipy", "jax.grad")``; what lies inside is forbidden too.
    """
    trees = {cell.id: _tree(cell.source) for cell in notebook.cells if _is_own_code(cell)}
    names = dict(pair for tree in trees.values() for pair in _imports(tree))
    sentences = []
    for cell_id, tree in trees.items():
        used = {name for name in _used(tree, names) if _inside(name, forbidden)}
        if used:
            what = ", ".join(f"`{name}`" for name in sorted(used))
            sentences.append(f"`{cell_id}` names {what}, which answers may not use.")
    return sentences


def _is_own_code(cell: Any) -> bool:
    return cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("locked")


def _tree(source: str) -> ast.Module:
    # IPython could translate its magics, but it takes its time over a hostile cell.
    lines = source[:MOST_CHARACTERS].split("\n")
    python = "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!", "?")))
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(python)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # What does not run uses nothing.
        return ast.Module([], [])


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each imported name and the dotted name that it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _used(tree: ast.Module, names: dict[str, str]) -> Iterator[str]:
    """Yield the dotted names that a cell imports or spells out."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
            first, _, rest = _dotted(node).partition(".")
            if first in names:
                yield f"{names[first]}.{rest}" if rest else names[first]


def _dotted(node: ast.expr) -> str:
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


def _inside(name: str, forbidden: tuple[str, ...]) -> bool:
    if f"{name}.".startswith(f"{ALWAYS_ALLOWED}."):
        return False
    return any(f"{name}.".startswith(f"{each}.") for each in forbidden)
