r"""Metrics of predicted classes, all counted from one table: the confusion matrix.

With :math:`n_{tp}` rows of true class t that were called p, class k has

.. math::
    \mathrm{precision}_k = \frac{n_{kk}}{\sum_t n_{tk}}, \qquad
    \mathrm{recall}_k = \frac{n_{kk}}{\sum_p n_{kp}}, \qquad
    F_{1,k} = \frac{2\, n_{kk}}{\sum_t n_{tk} + \sum_p n_{kp}}

*macro* is their plain mean over the classes, *weighted* their mean weighted by the true number
of rows. A class that was never predicted has precision 0, one that never occurs recall 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped

from ..engine import Array
from ..errors import InputError
from .checks import label_array, one_kind, one_shape

AVERAGES = ("macro", "weighted", None)


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    r"""Count how often each true class was given each name, the names attached.

    Attributes
    ----------
    labels
        Names of the classes in the order of both axes, shape (K,).
    counts
        Number of rows, shape (K, K): the true class runs down, the predicted one across.

    Examples
    --------
    >>> print(confusion_matrix(np.array(["faint", "faint"]), np.array(["faint", "bright"])))
    truth \ predicted  bright  faint
               bright       0      1
                faint       0      1
    """

    labels: Shaped[np.ndarray, " K"]
    counts: Int[np.ndarray, "K K"]

    def fractions(self) -> Float[np.ndarray, "K K"]:
        """Return `counts` over the number of rows of the true class: each row adds up to one."""
        return _ratio(self.counts, self.counts.sum(axis=1, keepdims=True))

    def __str__(self) -> str:
        corner, names = r"truth \ predicted", [str(label) for label in self.labels]
        left = max(map(len, [corner, *names]))
        cells = [names, *self.counts.astype(str).tolist()]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(
            "  ".join([start.rjust(left), *map(str.rjust, row, widths)])
            for start, row in zip([corner, *names], cells, strict=True)
        )


def accuracy(prediction: Shaped[Array, " N"], truth: Shaped[Array, " N"]) -> float:
    """Return the fraction of rows whose predicted class is the true one.

    Parameters
    ----------
    prediction, truth
        Class labels, shape (N,), N at least 1: names, truth values or whole numbers, both of one
        kind.

    Raises
    ------
    InputError
        If the lengths differ, the arrays are empty or not one-dimensional, names are compared
        with numbers, or a label is none. All functions of this module raise it.

    Examples
    --------
    >>> accuracy(np.array(["spiral", "smooth"]), np.array(["spiral", "edge-on"]))
    0.5
    """
    prediction, truth = _pair(prediction, truth)
    return float(np.mean(prediction == truth))


def confusion_matrix(
    prediction: Shaped[Array, " N"],
    truth: Shaped[Array, " N"],
    labels: Sequence[Any] | Shaped[np.ndarray, " K"] | None = None,
) -> ConfusionMatrix:
    """Count the rows of every true class by their predicted class.

    Parameters
    ----------
    prediction, truth
        As in `accuracy`.
    labels
        The classes in the order to show, each once and none left out; by default all that occur,
        sorted. Sorted names are alphabetical: High, Low, Medium. Whoever writes Low, Medium, High
        beside such a table has swapped its rows.

    Raises
    ------
    InputError
        If `labels` names a class twice, or leaves out one that occurs.
    """
    prediction, truth = _pair(prediction, truth)
    found = np.unique(np.concatenate([truth, prediction]))
    if labels is None:
        labels = found
    labels = label_array(labels, "labels", "confusion_matrix")
    one_kind(labels, found, "confusion_matrix")
    missing = found[~np.isin(found, labels)]
    if missing.size or np.unique(labels).size != labels.size:
        raise InputError(
            "confusion_matrix: needed labels that name every class once; got "
            f"{', '.join(map(str, labels))}"
            + (f" without {', '.join(map(str, missing))}" if missing.size else "")
        )
    order = np.argsort(labels)
    row, column = (order[np.searchsorted(labels, v, sorter=order)] for v in (truth, prediction))
    size = labels.size
    counts = np.bincount(row * size + column, minlength=size * size).reshape(size, size)
    return ConfusionMatrix(labels, counts)


def precision(
    prediction: Shaped[Array, " N"], truth: Shaped[Array, " N"], average: str | None = "macro"
) -> float | dict[Any, float]:
    """Return how often a class is right when it is predicted.

    Parameters
    ----------
    prediction, truth
        As in `accuracy`.
    average
        ``"macro"``, ``"weighted"``, or None for a dict with one number a class.

    Examples
    --------
    >>> precision(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), average=None)
    {0: 0.5, 1: 1.0}
    """
    table = confusion_matrix(prediction, truth)
    each = _ratio(np.diag(table.counts), table.counts.sum(axis=0))
    return _averaged(each, table, average, "precision")


def recall(
    prediction: Shaped[Array, " N"], truth: Shaped[Array, " N"], average: str | None = "macro"
) -> float | dict[Any, float]:
    """Return how many of a class are found. Weighted, it is the accuracy.

    Parameters
    ----------
    prediction, truth, average
        As in `precision`.

    Examples
    --------
    >>> recall(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), average="weighted")
    0.75
    """
    table = confusion_matrix(prediction, truth)
    each = _ratio(np.diag(table.counts), table.counts.sum(axis=1))
    return _averaged(each, table, average, "recall")


def f1(
    prediction: Shaped[Array, " N"], truth: Shaped[Array, " N"], average: str | None = "macro"
) -> float | dict[Any, float]:
    """Return the harmonic mean of precision and recall.

    Parameters
    ----------
    prediction, truth, average
        As in `precision`.

    Examples
    --------
    >>> f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), average=None)
    {0: 0.6666666666666666, 1: 0.8}
    """
    table = confusion_matrix(prediction, truth)
    both = table.counts.sum(axis=0) + table.counts.sum(axis=1)
    return _averaged(_ratio(2 * np.diag(table.counts), both), table, average, "f1")


def _averaged(
    each: np.ndarray, table: ConfusionMatrix, average: str | None, where: str
) -> float | dict[Any, float]:
    if average not in AVERAGES:
        raise InputError(
            f"{where}: needed an average of {', '.join(map(repr, AVERAGES))}; got {average!r}"
        )
    if average is None:
        return dict(zip(table.labels.tolist(), each.tolist(), strict=True))
    weights = table.counts.sum(axis=1) if average == "weighted" else None
    return float(np.average(each, weights=weights))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return `part` over `whole`, 0 where there is nothing to divide by."""
    return part / np.maximum(whole, 1)


def _pair(prediction: Array, truth: Array) -> tuple[np.ndarray, np.ndarray]:
    prediction = label_array(prediction, "the prediction", "metrics")
    truth = label_array(truth, "the truth", "metrics")
    one_shape(prediction, truth)
    one_kind(prediction, truth, "metrics")
    return prediction, truth
