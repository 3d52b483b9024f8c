"""What a baseline asks of its input, each in one sentence that starts with `where`.

`where` is the class and the method, ``"KNeighbors.fit"``. What is returned is ready to compute
with: float64 tables and targets, integer codes of classes.
"""

import numbers
from typing import Any

import numpy as np

from ..engine import Array
from ..errors import InputError
from ..metrics.checks import finite, label_array


def table(X: Array, where: str) -> np.ndarray:
    """Return the features as float64, shape (N, P), P at least 1, all finite."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] == 0:
        raise InputError(
            f"{where}: needed X of shape (N, P), one column per feature, P at least 1; "
            f"got {X.shape}"
        )
    finite(X, "X", where)
    return X


def targets(y: Array, rows: int, where: str) -> np.ndarray:
    """Return the numbers to learn as float64, shape (rows,), at least two, all finite."""
    y = np.asarray(y, dtype=np.float64)
    _one_a_row(y, rows, where)
    finite(y, "y", where)
    return y


def labels(y: Array, rows: int, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes in sorted order, at least two, and each row's class as 0, 1, 2 ..."""
    y = label_array(y, "y", where)
    _one_a_row(y, rows, where)
    classes, codes = np.unique(y, return_inverse=True)
    if classes.size < 2:
        raise InputError(f"{where}: needed at least two classes in y; got only {classes[0]}")
    return classes, codes


def _one_a_row(y: np.ndarray, rows: int, where: str) -> None:
    if y.shape != (rows,) or rows < 2:
        raise InputError(
            f"{where}: needed y of shape (N,), one value a row of X, N at least 2; "
            f"got {y.shape} for {rows} rows"
        )


def whole(value: Any, name: str, where: str, lowest: int = 1) -> int:
    """Return a setting that must be a whole number of at least `lowest`."""
    # True is an int to Python, but nobody means one neighbour by it.
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < lowest:
        raise InputError(f"{where}: needed a whole {name} of at least {lowest}; got {value!r}")
    return int(value)


def positive(value: Any, name: str, where: str, *, zero: bool = False) -> float:
    """Return a setting that must be a number above 0, or with `zero` may be 0 too."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not (value > 0 or (zero and value == 0)):
        needed = "of at least 0" if zero else "above 0"
        raise InputError(f"{where}: needed a {name} {needed}; got {value!r}")
    return float(value)


def one_of(value: Any, choices: tuple, name: str, where: str) -> Any:
    """Return a setting that must be one of `choices`."""
    if value not in choices:
        raise InputError(
            f"{where}: needed {name} to be one of {', '.join(map(repr, choices))}; got {value!r}"
        )
    return value


def generator(random_state: Any, where: str) -> np.random.Generator:
    """Return the generator that a seed names; None draws a fresh one, a Generator is passed on."""
    if isinstance(random_state, np.random.Generator):
        return random_state
    if random_state is not None:
        whole(random_state, "random_state", where, lowest=0)
    return np.random.default_rng(random_state)
