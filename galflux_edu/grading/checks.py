"""What the author of a hidden check writes with: `check`, `behaviour` and `compare`.

Messages are read by students who have not solved the problem yet. They name the property, the
shape and the kind of number, and the rounded size of an error; never a value that is the answer.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


class StudentError(Exception):
    """Say in one sentence why a student's function gave nothing that can be compared."""


@dataclass(frozen=True)
class Behaviour:
    """One property of an answer, what it is worth, and whether the answer has it.

    Parameters
    ----------
    name
        The property in a few words, ``"stride 2"``.
    points
        What it is worth.
    passed
        Whether the answer has it.
    message
        The sentence a student reads if not.
    """

    name: str
    points: int | float
    passed: bool
    message: str = ""

    @property
    def gained(self) -> int | float:
        """Return the points it brings."""
        return self.points if self.passed else 0.0


@dataclass(frozen=True)
class Check:
    """One graded question: its grade_id, its points, the functions it calls, and the test."""

    grade_id: str
    points: int | float
    functions: tuple[str, ...]
    behaviours: Callable[[Callable, np.random.Generator], Iterator[Behaviour]]


def check(grade_id: str, *, points: int | float, functions: tuple[str, ...]) -> Callable:
    """Register the decorated generator in ``CHECKS`` of its own module, under `grade_id`.

    Parameters
    ----------
    grade_id
        The nbgrader name of the graded test cell.
    points
        The points of that cell; the points of all behaviours add up to them.
    functions
        The names of the student's functions that the check calls.
    """

    def register(behaviours: Callable) -> Callable:
        checks = behaviours.__globals__.setdefault("CHECKS", {})
        if grade_id in checks:
            raise ValueError(f"check: needed each grade_id once; got {grade_id!r} twice")
        checks[grade_id] = Check(grade_id, float(points), tuple(functions), behaviours)
        return behaviours

    return register


def behaviour(
    name: str, points: int | float, test: Callable[[], str | None], hint: str = ""
) -> Behaviour:
    """Run `test` and return the behaviour, passed if it returns None.

    Parameters
    ----------
    name
        The property in a few words.
    points
        What it is worth.
    test
        Calls the student's functions; returns None, or the sentence that says what is wrong.
    hint
        One authored sentence that follows, a step towards the answer.
    """
    try:
        sentence = test()
    except StudentError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001 - whatever was returned, it costs this behaviour only
        sentence = unusable(error)
    message = " ".join(filter(None, [sentence, hint])) if sentence else ""
    return Behaviour(name, float(points), sentence is None, message)


def unusable(error: Exception) -> str:
    """Return the sentence for a returned value that the check itself stumbled over."""
    return (
        "What was returned could not be checked: its kind, its length or its shape is not what "
        f"the question asks for ({type(error).__name__})."
    )


def compare(got: Any, expected: Any, rtol: int | float, what: str) -> str | None:
    """Return None if `got` equals `expected`, else a sentence that says in what way it does not.

    Every entry must be within ``rtol * max|expected|`` (within `rtol` where all of `expected` is
    zero): the rounding error of a sum is set by its largest terms, not by its result. Any real
    dtype is taken, since float32 is as right as float64.

    Parameters
    ----------
    got
        An array, a number, or a tuple of numbers.
    expected
        The same from an independent oracle.
    rtol
        Tolerance, relative to the largest entry of `expected`.
    what
        How the sentence begins: ``"the output with stride 2"``.

    Examples
    --------
    >>> compare(np.ones((2, 3)), np.ones((3, 2)), 1e-6, "the output")
    'The output: needed shape (3, 2); got shape (2, 3).'
    >>> compare(np.array([1.0, 2.2]), np.array([1.0, 2.0]), 1e-6, "the output")
    'The output (float64, shape (2,)) is off by about 10 % of the largest value, in half of it.'
    """
    start = what[:1].upper() + what[1:]
    expected = np.asarray(expected, dtype=np.float64)
    try:
        got = np.asarray(got)
    except ValueError:  # a ragged tuple
        return f"{start}: needed one array; got pieces of different shapes."
    if got.dtype.kind not in "biuf":
        return f"{start}: needed real numbers; got dtype {got.dtype}."
    if got.shape != expected.shape:
        return f"{start}: needed shape {expected.shape}; got shape {got.shape}."
    if got.size == 0:
        return None
    finite = np.isfinite(expected)
    with np.errstate(invalid="ignore"):
        error = np.abs(got.astype(np.float64) - expected)
    # Infinity is off by nothing or by all, and no scale for the rest; NaN is always wrong.
    error = np.where(finite & ~np.isnan(error), error, np.inf)
    error[got == expected] = 0.0
    scale = float(np.max(np.abs(expected), where=finite, initial=0.0)) or 1.0
    wrong = error > rtol * scale
    if not wrong.any():
        return None
    kind = f"{start} ({got.dtype}, shape {got.shape})" if got.shape else start
    if not np.isfinite(got).all():
        return f"{kind} holds NaN or infinity."
    size = _rounded(float(error.max()) / scale)
    where = f", in {_share(float(wrong.mean()))} of it" if got.size > 1 else ""
    return f"{kind} is off by {size} of the largest value{where}."


def _rounded(ratio: float) -> str:
    """Return a ratio in words coarse enough not to give the answer away."""
    if ratio >= 1:
        return "100 % or more"
    if ratio < 1e-4:
        return "less than 0.01 %"
    return f"about {100 * 10 ** round(math.log10(ratio)):g} %"


def _share(share: float) -> str:
    return (
        "all"
        if share == 1
        else ("a small part", "a quarter", "half", "most", "most")[round(4 * share)]
    )
