"""What every metric and every baseline asks of its input, each in one clear sentence."""

import numpy as np

from ..engine import Array
from ..errors import InputError


def finite(values: np.ndarray, name: str, where: str) -> None:
    """Refuse NaN and infinity.

    Raises
    ------
    InputError
        If `values` holds any; the message starts with `where` and ends with `name`.
    """
    bad = np.count_nonzero(~np.isfinite(values))
    if bad:
        raise InputError(
            f"{where}: needed finite values; got {bad} NaN or infinite of {values.size} in {name}"
        )


def label_array(values: Array, name: str, where: str) -> np.ndarray:
    """Return class labels as a NumPy array of numbers or of text.

    A label is a name, a truth value or a whole number, all of one kind; a column of Python objects
    (what pandas makes of text) will do if all are of one type.

    Raises
    ------
    InputError
        If the labels are of mixed types, or numbers that are not whole: those are to be estimated,
        not to be classified.
    """
    values = np.asarray(values)
    if values.dtype == object:
        types = sorted({type(value).__name__ for value in values.flat})
        if len(types) > 1:
            raise InputError(
                f"{where}: needed labels of one type in {name}; got {', '.join(types)}"
            )
        values = np.asarray(values.tolist())
    if values.dtype.kind == "f":
        finite(values, name, where)
        broken = values[values != np.floor(values)]
        if broken.size:
            raise InputError(
                f"{where}: needed labels, names or whole numbers, in {name}; got {broken[0]:g}"
            )
    elif values.dtype.kind not in "biuU":
        raise InputError(
            f"{where}: needed labels, names or whole numbers, in {name}; "
            f"got the type {values.dtype.name}"
        )
    return values


def one_kind(first: np.ndarray, second: np.ndarray, where: str) -> None:
    """Refuse to compare names with numbers, of which none can ever be equal.

    Raises
    ------
    InputError
        If one array of labels holds text and the other does not.
    """
    if (first.dtype.kind == "U") != (second.dtype.kind == "U"):
        kinds = ["names" if labels.dtype.kind == "U" else "numbers" for labels in (first, second)]
        raise InputError(f"{where}: needed labels of one kind; got {kinds[0]} and {kinds[1]}")


def one_shape(prediction: np.ndarray, truth: np.ndarray) -> None:
    """Refuse arrays that are empty, not one-dimensional, or of different lengths.

    Raises
    ------
    InputError
        If they are.
    """
    if prediction.ndim != 1 or prediction.shape != truth.shape or truth.size == 0:
        raise InputError(
            "metrics: needed prediction and truth of one shape (N,), N at least 1; "
            f"got {prediction.shape} and {truth.shape}"
        )
