"""Mutated notebooks: each is a function of the seed, its number and the released notebook."""

import ast
import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import json_mutations
from .cells import CELLS, SIZES, SOURCES, some
from .json_mutations import Tree


def _change_top(rng: random.Random, notebook: Tree) -> None:
    """Change what stands beside the cells: formats, kernels, and reports that are none."""
    notebook["nbformat"] = rng.choice((4, 3, 5, 10**9, -1, "4", None, 4.5, [4]))
    notebook["nbformat_minor"] = rng.choice((5, 0, 99, "5", None))
    notebook["metadata"] = {
        "kernelspec": rng.choice(({"name": "bash", "display_name": "x"}, {}, None, "python3")),
        "language_info": rng.choice(({"name": "R"}, None, [])),
        "galflux": rng.choice(({"unreadable": "", "flags": []}, {"points": 90.0}, {"key": "x"}, 7)),
        "celltoolbar": "Create Assignment",
    }


def _older_format(rng: random.Random, notebook: Tree) -> None:
    """Write the notebook as format 3 does, or half of it."""
    cells = copy.deepcopy(notebook["cells"])
    for cell in cells:
        cell["input"] = cell.pop("source")
    notebook |= {"nbformat": 3, "worksheets": [{"cells": cells}]}
    if rng.random() < 0.7:
        del notebook["cells"]


def _split_sources(rng: random.Random, notebook: Tree) -> None:
    for cell in some(rng, notebook["cells"]):
        lines = cell["source"].splitlines(keepends=True)
        letters = list(cell["source"][:1000])
        cell["source"] = rng.choice(
            (lines, letters, [*lines, ""]) * 9 + ([lines], [*lines, None], {})
        )


NOTEBOOKS: dict[str, Callable[[random.Random, Tree], None]] = {
    "sources: lists": _split_sources,
    "metadata: of the notebook": _change_top,
    "JSON: older format": _older_format,
    **json_mutations.TREES,
}
BYTES = json_mutations.BYTES | json_mutations.FILES
ALL = (*CELLS, *SOURCES, *NOTEBOOKS, *BYTES)


@dataclass(frozen=True)
class Mutant:
    """A mutated notebook: the kinds of its mutations, and the bytes of the file."""

    kinds: tuple[str, ...]
    content: bytes


def mutant(seed: int, number: int, released: bytes, snippets: tuple[str, ...] = ()) -> Mutant:
    """Return a mutated notebook: one to four mutations, cells first and bytes last.

    Parameters
    ----------
    seed, number
        What everything is drawn from.
    released
        The notebook that students get.
    snippets
        Sources of cells, to be spliced into it.
    """
    rng = random.Random(f"notebook {seed} {number}")  # noqa: S311 - it has to be the same again
    often = [4 if kind not in SOURCES else 1 for kind in ALL]  # what has to run takes its time
    wanted = rng.choices(ALL, often, k=rng.choice((1, 1, 1, 2, 2, 3, 4)))
    if rng.random() < 0.002:
        wanted.append(rng.choice(tuple(SIZES)))
    kinds = tuple(kind for kind in (*ALL, *SIZES) if kind in wanted)
    notebook = json.loads(released)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    for kind in kinds:
        if kind in CELLS:
            CELLS[kind](rng, notebook["cells"])
        elif kind in SOURCES:
            SOURCES[kind](rng, notebook["cells"], snippets)
        elif kind in SIZES:
            SIZES[kind](rng, notebook["cells"])
    for kind in kinds:
        if kind in NOTEBOOKS:
            NOTEBOOKS[kind](rng, notebook)
    content = json_mutations.dumps(rng, notebook)
    for kind in kinds:
        if kind in BYTES:
            content = BYTES[kind](rng, content)
    return Mutant(kinds, content)


def snippets(root: Path) -> tuple[str, ...]:
    """Return the code of the hostile corpus, as far as it is meant to bring no point."""
    found = []
    for path in sorted((root / "grader_tests" / "attacks" / "corpus").glob("[!_]*.py")):
        text = path.read_text(encoding="utf-8")
        if "EXPECTED = {}" in text:
            constants = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)]
            found += [code for code in constants[1:] if isinstance(code, str) and "\n" in code]
    return tuple(found)
