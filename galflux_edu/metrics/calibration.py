"""Is a stated confidence deserved?  Of all events given 70 %, 70 % should happen.

Every function here is about one event a row. For a classifier of many classes the event is that
it is right: pass ``p.max(axis=1)`` and ``model.predict(X) == y``.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, Real

from ..engine import Array
from ..errors import InputError
from .checks import finite, one_shape


class ReliabilityCurve(NamedTuple):
    """What was promised and what happened, in each bin of probability that is not empty.

    Parameters
    ----------
    predicted
        Mean probability of the rows in the bin, shape (B,).
    observed
        Fraction of them where the event happened, shape (B,); calibrated means ``predicted``.
    counts
        Number of rows, shape (B,).
    """

    predicted: Float[np.ndarray, " B"]
    observed: Float[np.ndarray, " B"]
    counts: Int[np.ndarray, " B"]


def reliability_curve(
    probability: Real[Array, " N"],
    occurred: Bool[Array, " N"] | Real[Array, " N"],
    bins: int = 10,
) -> ReliabilityCurve:
    """Sort the rows into bins of equal width in probability, and compare promise with outcome.

    Parameters
    ----------
    probability
        Predicted probability of the event, in [0, 1], shape (N,), N at least 1.
    occurred
        Whether it happened, True and False or 1 and 0, shape (N,).
    bins
        How many, at least 1. A value on an edge belongs to the bin below.

    Raises
    ------
    InputError
        If a value or a shape is not as described.

    References
    ----------
    Niculescu-Mizil and Caruana, *Predicting good probabilities with supervised learning*, ICML
    2005, section 4.

    Examples
    --------
    >>> curve = reliability_curve(np.array([0.1, 0.9, 0.9]), np.array([False, True, False]))
    >>> curve.predicted.tolist(), curve.observed.tolist(), curve.counts.tolist()
    ([0.1, 0.9], [0.0, 0.5], [1, 2])
    """
    where = "reliability_curve"
    probability = np.asarray(probability, dtype=np.float64)
    occurred = np.asarray(occurred, dtype=np.float64)
    one_shape(probability, occurred)
    finite(probability, "the probability", where)
    outside = probability[(probability < 0) | (probability > 1)]
    if outside.size:
        raise InputError(f"{where}: needed probabilities between 0 and 1; got {outside[0]:g}")
    odd = occurred[(occurred != 0) & (occurred != 1)]
    if odd.size:
        raise InputError(f"{where}: needed outcomes True and False or 1 and 0; got {odd[0]:g}")
    if bins < 1:
        raise InputError(f"{where}: needed at least one bin; got {bins}")
    bin_of = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], probability)
    counts = np.bincount(bin_of, minlength=bins)
    kept = counts > 0
    sums = (np.bincount(bin_of, weights=v, minlength=bins)[kept] for v in (probability, occurred))
    predicted, observed = (total / counts[kept] for total in sums)
    return ReliabilityCurve(predicted, observed, counts[kept])


def expected_calibration_error(
    probability: Real[Array, " N"],
    occurred: Bool[Array, " N"] | Real[Array, " N"],
    bins: int = 10,
) -> float:
    r"""Return the mean distance of the reliability curve from the diagonal.

    .. math:: \mathrm{ECE} = \sum_b \frac{n_b}{N}\, |\mathrm{observed}_b - \mathrm{predicted}_b|

    Chance alone makes it positive: about :math:`\sqrt{p(1-p)/n_b}` a bin.

    Parameters
    ----------
    probability, occurred, bins
        As in `reliability_curve`.

    References
    ----------
    Guo et al., *On calibration of modern neural networks*, ICML 2017, equation 3.

    Examples
    --------
    >>> expected_calibration_error(np.array([0.5, 1.0, 1.0]), np.array([True, True, True]))
    0.16666666666666666
    """
    curve = reliability_curve(probability, occurred, bins)
    gaps = np.abs(curve.observed - curve.predicted)
    return float(np.average(gaps, weights=curve.counts))


def coverage(lower: Real[Array, " N"], upper: Real[Array, " N"], truth: Real[Array, " N"]) -> float:
    """Return the fraction of true values inside their predicted intervals, ends included.

    Error bars are calibrated if intervals of 68 % hold 68 % of the truths.

    Parameters
    ----------
    lower, upper
        Ends of the intervals, finite, shape (N,), ``lower <= upper``.
    truth
        True values in the same unit, finite, shape (N,).

    Raises
    ------
    InputError
        If a value or a shape is not as described.

    Examples
    --------
    >>> coverage(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([0.5, 2.0]))
    0.5
    """
    lower, upper, truth = (np.asarray(v, dtype=np.float64) for v in (lower, upper, truth))
    one_shape(lower, truth)
    one_shape(upper, truth)
    for name, values in (("lower", lower), ("upper", upper), ("the truth", truth)):
        finite(values, name, "coverage")
    swapped = np.count_nonzero(lower > upper)
    if swapped:
        raise InputError(
            f"coverage: needed lower ends below upper ends; got {swapped} of {truth.size} swapped"
        )
    return float(np.mean((lower <= truth) & (truth <= upper)))
