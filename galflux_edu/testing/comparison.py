"""Compare what a student's function returns with the right values, and say what is wrong."""

import inspect
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float

from .causes import Stopped, find_cause, is_recording, record
from .difference import NOTHING, Difference, difference

RTOL = 1e-4  # four digits: float32 is as good as float64


def same(
    function: Callable,
    args: tuple,
    expected: Any,
    what: str,
    hint: str = "",
    *,
    part: int | None = None,
    of: int = 1,
    **options: Any,
) -> None:
    """Stop with an explanation unless ``function(*args, **options)`` is `expected` to four digits.

    The function is called twice with copies of the arguments and once with arrays that cannot be
    written to, and has to return the same each time.

    Parameters
    ----------
    function
        The student's function.
    args, options
        Its arguments.
    expected
        The right value: an array, a number, or a tuple of numbers.
    what
        What is tested, in words: the message begins with it.
    hint
        What to think of if the value is wrong and no named mistake explains it.
    part, of
        Of a function that returns `of` arrays, which of them is looked at, counted from 0.

    Raises
    ------
    AssertionError
        With what was needed, what came, and the cause if it is a known one.
    """
    got = _call(function, args, options, what)
    got = got if part is None else _part(got, part, of, what)
    if record(what, got):
        return
    _compare(got, expected, what, hint)
    (first,) = _copies((got,))  # the next call may write into what this one returned
    for again in (_copies(args), _read_only(args)):
        value = _call(function, again, options, what)
        value = value if part is None else _part(value, part, of, what)
        if difference(value, first, RTOL) is not None:
            _stop(what, "the second call with the same arguments gave another result", REMEMBERS)


def same_shape(
    function: Callable,
    args: tuple,
    shape: tuple[int, ...],
    what: str,
    hint: str = "",
    *,
    part: int | None = None,
    of: int = 1,
    **options: Any,
) -> None:
    """Stop with an explanation unless what the function returns has this shape; see `same`."""
    got = _call(function, args, options, what)
    got = got if part is None else _part(got, part, of, what)
    if record(what, got):
        return
    # Of few numbers in a row, a tuple will do.
    expected = np.zeros(shape) if len(shape) > 1 else (0,) * shape[0]
    found = difference(got, expected, np.inf)
    if found:
        _stop(what, f"needed shape {shape}; got {found.found}", _cause(what, got, found, hint))


def passed(question: str) -> None:
    """Say that the visible tests of a question are over, and what they do not show."""
    print(f"{question}: the visible tests pass; the hidden ones look at other sizes.")  # noqa: T201


def picture(rows: Any) -> Float[np.ndarray, "1 H W 1"]:
    """Return rows of numbers as one image with one channel, shape (1, H, W, 1).

    Examples
    --------
    >>> picture([[1, 2], [3, 4]]).shape
    (1, 2, 2, 1)
    """
    return np.array(rows, dtype=float)[None, :, :, None]


def _call(function: Callable, args: tuple, options: dict[str, Any], what: str) -> Any:
    """Return what the function returns for copies of the arguments, which it may not change."""
    given = args if _any_read_only(args) else _copies(args)
    before = _copies(given)
    try:
        got = function(*given, **options)
    except NotImplementedError:
        raise
    except Exception as error:  # noqa: BLE001 - anything may go wrong in there
        if "read-only" in str(error) and not is_recording():
            _stop(what, "an array that went in was changed", CHANGED)
        text = Stopped(f"{type(error).__name__}: {error}")
        if is_recording():
            return text
        problem = f"`{_name(function)}` stopped with {text}{_line(function, error)}"
        _stop(what, problem, find_cause(what, text))
    if not is_recording() and not all(map(_equal, before, given)):
        _stop(what, "an array that went in was changed", CHANGED)
    return got


CHANGED = "work on a copy: whoever gave you the array still needs it, the backward pass for one"
WHOLE = "the result is an array of whole numbers, which cannot hold a fraction: begin with floats"
REMEMBERS = "begin with new arrays in each call, and change nothing outside the function"


def _part(got: Any, part: int, of: int, what: str) -> Any:
    """Return one of the several arrays that a function returns."""
    if is_recording():
        if isinstance(got, Stopped):
            return got
        several = isinstance(got, tuple | list) and len(got) == of
        return got[part] if several else Stopped("another number of arrays")
    if got is None:
        _stop(what, f"needed {of} arrays; got {NOTHING}", "")
    if not isinstance(got, tuple | list) or len(got) != of:
        count = len(got) if isinstance(got, tuple | list) else "one value"
        _stop(what, f"needed {of} arrays, separated by commas behind `return`; got {count}", "")
    return got[part]


def _compare(got: Any, expected: Any, what: str, hint: str) -> None:
    expected = np.asarray(expected) if isinstance(expected, list) else expected
    found = difference(got, expected, RTOL)
    if found is None:
        return
    cause = _cause(what, got, found, hint)
    if found.got is None:
        _stop(what, f"needed {found.needed}; got {found.found}", cause)
    if not found.got.shape:
        _stop(what, f"needed {found.expected:.10g}; got {found.got:.10g}", cause)
    first = tuple(int(i) for i in np.argwhere(found.wrong)[0])
    largest = np.max(np.abs(found.got[found.wrong] - found.expected[found.wrong]))
    _stop(
        what,
        f"{found.wrong.sum()} of {found.wrong.size} values wrong, the first at index {first}: "
        f"needed {found.expected[first]:.6g}, got {found.got[first]:.6g}; "
        f"largest error {largest:.3g}, {found.got.dtype}",
        cause,
    )


def _cause(what: str, got: Any, found: Difference, hint: str) -> str:
    """Return the sentence of a named mistake, what the kind of the result says, or the hint."""
    if found.found == NOTHING:
        return ""  # the message has said it
    if found.got is None and not found.needed.startswith("shape"):
        return hint
    cause = find_cause(what, np.asarray(got))
    if not cause and found.got is not None and found.got.dtype.kind in "biu":
        cause = WHOLE if np.any(found.expected % 1) else ""
    return cause or hint


def _stop(what: str, problem: str, cause: str) -> None:
    raise AssertionError(f"{what}: {problem}." + (f"\n  -> {cause}" if cause else ""))


def _name(function: Callable) -> str:
    return getattr(function, "__name__", "the function")


def _line(function: Callable, error: Exception) -> str:
    """Return where in the student's own code it stopped; what NumPy calls inside is not theirs."""
    theirs = getattr(inspect.unwrap(function), "__globals__", None)
    steps = [step for step in traceback.walk_tb(error.__traceback__) if step[0].f_globals is theirs]
    return f" (line {steps[-1][1]} of `{steps[-1][0].f_code.co_name}`)" if steps else ""


def _equal(old: Any, new: Any) -> bool:
    return not isinstance(old, np.ndarray) or np.array_equal(old, new, equal_nan=True)


def _copies(args: tuple) -> tuple:
    return tuple(each.copy() if isinstance(each, np.ndarray) else each for each in args)


def _read_only(args: tuple) -> tuple:
    copies = _copies(args)
    for each in copies:
        if isinstance(each, np.ndarray):
            each.flags.writeable = False
    return copies


def _any_read_only(args: tuple) -> bool:
    return any(isinstance(each, np.ndarray) and not each.flags.writeable for each in args)
