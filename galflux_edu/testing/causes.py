"""Named mistakes: what each of them makes a visible test see, and the sentence that helps.

The build of a problem set runs every named mistake through the visible tests and keeps what they
see in ``assets/causes.json``. So a test can say the cause of a wrong value, and nobody has to work
the value out by hand.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

Causes = dict[str, list[tuple[Any, str]]]

_causes: Causes = {}
_records: list[list[tuple[str, Any]]] = []


def load_causes(path: Path | str) -> None:
    """Read the causes of the notebook's set; without the file the tests name none."""
    _causes.clear()
    if Path(path).is_file():
        _causes.update(json.loads(Path(path).read_text(encoding="utf-8")))


class Stopped(str):
    """The exception with which a function stopped, in words, where a value was wanted."""

    __slots__ = ()


def find_cause(what: str, got: np.ndarray | Stopped) -> str:
    """Return the sentence of the named mistake that makes the test `what` see `got`, or nothing."""
    for value, sentence in _causes.get(what, ()):
        if isinstance(value, str) or isinstance(got, Stopped):
            if isinstance(got, Stopped) and value == got:
                return sentence
            continue
        if isinstance(value, dict):  # an empty array
            if list(got.shape) == value["shape"]:
                return sentence
            continue
        wrong = np.asarray(value, dtype=np.float64)
        scale = float(np.max(np.abs(wrong), initial=0.0)) or 1.0
        if got.shape == wrong.shape and np.allclose(got, wrong, rtol=0, atol=1e-4 * scale):
            return sentence
    return ""


@contextmanager
def recording() -> Iterator[list[tuple[str, Any]]]:
    """Collect ``(what, got)`` of every comparison instead of stopping at the first difference."""
    seen: list[tuple[str, Any]] = []
    _records.append(seen)
    try:
        yield seen
    finally:
        _records.pop()


def is_recording() -> bool:
    """Return whether comparisons are collected now."""
    return bool(_records)


def record(what: str, got: Any) -> bool:
    """Keep what a comparison sees; return whether comparisons are collected now."""
    if _records:
        _records[-1].append((what, got))
    return bool(_records)
