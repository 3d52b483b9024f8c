"""Compare numbers with the right ones: the core of the visible tests and of the hidden checks."""

from dataclasses import dataclass
from typing import Any

import numpy as np

NOTHING = "nothing (is the `return` missing?)"


@dataclass(frozen=True)
class Difference:
    """In what way a result is not the right one.

    Parameters
    ----------
    needed, found
        What kind of thing was needed and what came, in words, where no values can be compared:
        ``("an array", "a list")``, ``("shape (2, 3)", "shape (3, 2)")``.
    got, expected
        Both as arrays, where values differ.
    wrong
        Which entries are wrong, a bool array of that shape.
    """

    needed: str = ""
    found: str = ""
    got: np.ndarray | None = None
    expected: np.ndarray | None = None
    wrong: np.ndarray | None = None

    @property
    def relative(self) -> float:
        """Return the largest error in units of the largest expected value; inf beside NaN."""
        error, scale = _error(self.got, self.expected)
        return float(error.max()) / scale


def difference(got: Any, expected: Any, rtol: int | float) -> Difference | None:
    """Return None if `got` equals `expected`, else in what way it does not.

    Every entry must be within ``rtol * max|expected|`` (within `rtol` where all of `expected` is
    zero): the rounding error of a sum is set by its largest terms, not by its result. Any real
    dtype is taken, since float32 is as right as float64. Where an array is expected a list will
    not do; where a tuple or a list of numbers is expected, an array will.

    Examples
    --------
    >>> difference(np.array([1.0, 2.0]), np.array([1.0, 2.0]), 1e-6) is None
    True
    >>> difference([1.0, 2.0], np.array([1.0, 2.0]), 1e-6).found
    'a list'
    """
    if got is None:
        return Difference("an array" if np.ndim(expected) else "a number", NOTHING)
    if isinstance(got, list | tuple) and isinstance(expected, np.ndarray):
        return Difference("an array", f"a {type(got).__name__}")
    expected = np.asarray(expected, dtype=np.float64)
    try:
        got = np.asarray(got)
    except ValueError:  # a ragged tuple
        return Difference("one array", "pieces of different shapes")
    if got.dtype.kind not in "biuf":
        return Difference("real numbers", f"dtype {got.dtype}")
    if got.shape != expected.shape:
        found = f"shape {got.shape}" if got.shape else "a single number"
        return Difference(f"shape {expected.shape}", found)
    if got.size == 0:
        return None
    error, scale = _error(got, expected)
    wrong = np.asarray(error > rtol * scale)
    return Difference(got=got, expected=expected, wrong=wrong) if wrong.any() else None


def _error(got: np.ndarray, expected: np.ndarray) -> tuple[np.ndarray, float]:
    finite = np.isfinite(expected)
    with np.errstate(invalid="ignore"):
        error = np.abs(got.astype(np.float64) - expected)
    # Infinity is off by nothing or by all, and no scale for the rest; NaN is always wrong.
    error = np.where(finite & ~np.isnan(error), error, np.inf)
    error[got == expected] = 0.0
    return error, float(np.max(np.abs(expected), where=finite, initial=0.0)) or 1.0
