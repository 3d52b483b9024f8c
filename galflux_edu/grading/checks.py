"""What the author of a hidden check writes with: `question`, `behaviour`, `against`, `case`.

Messages are read by students who have not solved the problem yet. They name the property, the
shape and the kind of number, and the rounded size of an error; never a value that is the answer.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..testing.difference import difference

UNCHANGED = "leaves what it was given unchanged"


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
    shared_with_zeros
        Whether all-zero or constant answers have it too: then it counts only beside a behaviour
        that they have not.
    """

    name: str
    points: int | float
    passed: bool
    message: str = ""
    shared_with_zeros: bool = False

    @property
    def gained(self) -> int | float:
        """Return the points it brings."""
        return self.points if self.passed else 0.0


@dataclass(frozen=True)
class Question:
    """One graded question.

    Parameters
    ----------
    grade_id
        The nbgrader name of the graded test cell.
    functions
        The names of the student's functions that it is about.
    unchanged
        What it is worth that these functions leave their arguments as they were.
    behaviours
        Calls them and yields the behaviours.
    """

    grade_id: str
    functions: tuple[str, ...]
    unchanged: int | float
    behaviours: Callable[[Callable, np.random.Generator], Iterator[Behaviour]]

    @cached_property
    def points(self) -> float:
        """Return what the question is worth: the sum of its behaviours, and nothing else."""

        def no_answer(*_: Any, **__: Any) -> None:
            raise StudentError("nobody answers")

        asked = self.behaviours(no_answer, np.random.default_rng(0))
        return float(sum(behaviour.points for behaviour in asked) + self.unchanged)


def question(
    grade_id: str, *, functions: tuple[str, ...] = (), unchanged: int | float = 0
) -> Callable:
    """Register the decorated generator of behaviours in ``QUESTIONS`` of its own module.

    Parameters
    ----------
    grade_id
        The nbgrader name of the graded test cell.
    functions
        The names of the student's functions that the question is about; `grade_id` if not given.
    unchanged
        Points for leaving the arguments as they were; the library asks for it by itself.
    """

    def register(behaviours: Callable) -> Callable:
        questions = behaviours.__globals__.setdefault("QUESTIONS", {})
        if grade_id in questions:
            raise ValueError(f"question: needed each grade_id once; got {grade_id!r} twice")
        names = tuple(functions) or (grade_id,)
        questions[grade_id] = Question(grade_id, names, unchanged, behaviours)
        return behaviours

    return register


@dataclass(frozen=True)
class Case:
    """The arguments of one call."""

    args: tuple
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shapes = [f"{value.shape}" for value in self.args if isinstance(value, np.ndarray)]
        numbers = [f"{value}" for value in self.args if isinstance(value, int | float)]
        named = [f"{name} {value}" for name, value in self.kwargs.items()]
        arrays = [f"arrays {', '.join(shapes)}"] if shapes else []
        return " and ".join([*arrays, *filter(None, [", ".join([*numbers, *named])])])


def case(*args: Any, **kwargs: Any) -> Case:
    """Return the arguments of one call."""
    return Case(args, kwargs)


def against(
    call: Callable, name: str, oracle: Callable, *, rtol: float = 1e-4, part: Any = None
) -> Callable[[Case], str | None]:
    """Return a test of one case: what the function called `name` returns is what `oracle` returns.

    Parameters
    ----------
    call
        Calls a student's function.
    name
        The function.
    oracle
        An independent implementation that takes the same arguments.
    rtol
        Tolerance, relative to the largest entry; the default takes float32 and float64 alike.
    part
        ``(index, name)`` of the only one of several returned arrays that is looked at.
    """

    def test(given: Case) -> str | None:
        got = call(name, *given.args, **given.kwargs)
        expected = oracle(*given.args, **given.kwargs)
        what = f"what `{name}` returns for {given}"
        if part is None:
            return compare(got, expected, rtol, what)
        if not isinstance(got, tuple | list) or len(got) != len(expected):
            return f"`{name}`: needed {len(expected)} arrays; got something else."
        index, label = part
        return compare(got[index], expected[index], rtol, f"{label} for {given}")

    return test


def shaped(call: Callable, name: str, oracle: Callable) -> Callable[[Case], str | None]:
    """Return a test of one case that looks at the shape only, of one array or of several."""

    def test(given: Case) -> str | None:
        got = _shapes(call(name, *given.args, **given.kwargs))
        needed = _shapes(oracle(*given.args, **given.kwargs))
        return None if got == needed else f"For {given}: needed shape {needed}; got {got}."

    return test


def _shapes(value: Any) -> tuple:
    several = isinstance(value, tuple) and any(np.ndim(each) for each in value)
    return tuple(map(np.shape, value)) if several else np.shape(value)


def behaviour(
    name: str,
    points: int | float,
    test: Callable[..., str | None],
    cases: Iterable[Case] | None = None,
    hint: str = "",
    *,
    shared_with_zeros: bool = False,
) -> Behaviour:
    """Run `test` on every case and return the behaviour, passed if it always returns None.

    Parameters
    ----------
    name
        The property in a few words.
    points
        What it is worth.
    test
        Calls the student's functions; returns None, or the sentence that says what is wrong.
    cases
        What it is called with, one at a time until the first fault; nothing if not given.
    hint
        One authored sentence that follows, a step towards the answer.
    shared_with_zeros
        Whether an answer of zeros, or of one constant, has the property too (a shape, a frame).
    """
    calls = [()] if cases is None else ((each,) for each in cases)
    try:
        sentence = next(filter(None, (test(*given) for given in calls)), None)
    except StudentError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001 - whatever was returned, it costs this behaviour only
        sentence = unusable(error)
    message = " ".join(filter(None, [sentence, hint])) if sentence else ""
    return Behaviour(name, float(points), sentence is None, message, shared_with_zeros)


def unusable(error: Exception) -> str:
    """Return the sentence for a returned value that the check itself stumbled over."""
    return (
        "What was returned could not be checked: its kind, its length or its shape is not what "
        f"the question asks for ({type(error).__name__})."
    )


def compare(got: Any, expected: Any, rtol: int | float, what: str) -> str | None:
    """Return None if `got` equals `expected`, else a sentence that says in what way it does not.

    Parameters
    ----------
    got
        An array, a number, or a tuple of numbers.
    expected
        The same from an independent oracle.
    rtol
        Tolerance, relative to the largest entry of `expected`; see `testing.difference`.
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
    found = difference(got, expected, rtol)
    if found is None:
        return None
    if found.got is None:
        return f"{start}: needed {found.needed}; got {found.found}."
    kind = f"{start} ({found.got.dtype}, shape {found.got.shape})" if found.got.shape else start
    if not np.isfinite(found.got).all():
        return f"{kind} holds NaN or infinity."
    size = _rounded(found.relative)
    where = f", in {_share(float(found.wrong.mean()))} of it" if found.got.size > 1 else ""
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
