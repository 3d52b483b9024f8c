"""Read one mutated notebook as the grader does: its questions must stay whole, at little cost."""

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from galflux_edu.grading import load_checks
from galflux_edu.notebook import read_merged, truncated_source
from galflux_edu.notebook.forbidden import forbidden_names
from galflux_edu.notebook.submission import REPORT

from .notebooks import Mutant, mutant, snippets
from .outcome import Outcome, time_limit

SECONDS = 20.0  # most that may pass; a busy computer is slow
BYTES = 1 << 30  # of memory


checks_of = cache(load_checks)


@cache
def _released(root: Path, name: str) -> tuple[bytes, tuple[str, ...]]:
    return (root / "exercises" / name / f"{name}.ipynb").read_bytes(), snippets(root)


def notebook_of(root: Path, name: str, seed: int, number: int) -> Mutant:
    """Return a mutated notebook of the problem set `name`."""
    return mutant(seed, number, *_released(root, name))


def examine_notebook(root: Path, name: str, seed: int, number: int) -> Outcome:
    """Read a mutated notebook as the grader does, and look at what comes of it."""
    case, code, state = notebook_of(root, name, seed, number), "", "failed"
    blank(root, name)  # so that everything is imported before any time is taken
    with tempfile.TemporaryDirectory() as folder, time_limit(SECONDS) as cost:
        path = Path(folder, f"{name}.ipynb")
        path.write_bytes(case.content)
        _forget_peak()
        before = _peak()
        notebook = read_merged(path.parent, root / "exercises" / name, name)
        forbidden_names(notebook, getattr(checks_of(root, name), "FORBIDDEN", ()))
        taken = _peak() - before
        if taken > BYTES:
            cost.faults.append(f"it took {taken / 1e9:.1f} GB of memory")
        cost.faults += _spoilt(notebook, json.loads(_released(root, name)[0])["cells"])
        state, code = _state(notebook), code_of(notebook)
    state = "failed" if cost.faults else state
    return Outcome(number, case.kinds, state, cost.seconds, code, tuple(cost.faults))


def _state(notebook: Any) -> str:
    return "unreadable" if notebook.metadata[REPORT]["unreadable"] else "read"


def code_of(notebook: Any) -> str:
    """Return the hash of what runs of a rebuilt notebook; empty if nothing does."""
    if notebook.metadata[REPORT]["unreadable"]:
        return ""
    known = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    code = [
        (grade_id, cell.source)
        for grade_id, cell in zip(known, notebook.cells, strict=True)
        if cell.cell_type == "code"
    ]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


@cache
def blank(root: Path, name: str) -> str:
    """Return the hash of what runs of the released notebook itself."""
    released = root / "exercises" / name
    return code_of(read_merged(released, released, name))


def _peak() -> int:
    """Return the largest memory that this process has held since `_forget_peak`, where known."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0
    return 1024 * int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0])


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def _spoilt(notebook: Any, released: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what of the release is not as it was, and what of the submission has come through."""
    known = {c["metadata"]["nbgrader"]["grade_id"]: c for c in released if c["metadata"]}
    there = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    ids = [cell.metadata.nbgrader.grade_id for cell in there]
    if sorted(ids) != sorted(known):
        yield f"the questions are {sorted(ids)}"
        return
    for cell in there:
        name = cell.metadata.nbgrader.grade_id
        nbgrader = known[name]["metadata"]["nbgrader"]
        for what in ("id", "cell_type", "metadata"):
            if cell[what] != known[name][what]:
                yield f"{name}: its {what} is {str(cell[what])[:200]}"
        if not nbgrader["solution"] and cell.source != "".join(known[name]["source"]):
            yield f"{name}: its source has changed"
    if len({cell.id for cell in notebook.cells}) < len(notebook.cells):
        yield "an id is there twice"
    for cell in notebook.cells:
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"{cell.id}: an output of the submission has come through"
        if cell.id.startswith("own-") and cell.metadata:
            yield f"{cell.id}: metadata of the submission have come through"
        truncated_source(cell)
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
