"""How far would this number move with other galaxies?  The bootstrap."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..engine import Array
from ..errors import InputError


class Interval(NamedTuple):
    """A number measured on all rows, and the range it may well have had."""

    value: float
    low: float
    high: float


def bootstrap_interval(
    metric: Callable[..., float],
    *arrays: Array,
    level: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
) -> Interval:
    r"""Measure again and again on rows drawn with replacement, and keep the middle `level`.

    The ends are the quantiles :math:`(1 \mp \mathrm{level})/2` of the repeated measurements. This
    is the scatter that a test set of this size brings with it; other training runs bring more.

    Parameters
    ----------
    metric
        Takes `arrays` in their order and returns a number, e.g. `mse` or `accuracy`.
    arrays
        One or more, of the same length N at least 2 along the first axis. Their rows stay together.
    level
        Probability inside, between 0 and 1.
    repeats
        How many times to draw, at least 2.
    seed
        The same seed draws the same rows.

    Raises
    ------
    InputError
        If an argument is not as described, or `metric` itself refuses some rows.

    References
    ----------
    Efron and Tibshirani, *An Introduction to the Bootstrap* (1993), section 13.3.

    Examples
    --------
    >>> from galflux_edu.metrics import mae
    >>> bootstrap_interval(mae, np.array([1.0, 2.0, 2.0]), np.array([0.0, 1.0, 1.0]))
    Interval(value=1.0, low=1.0, high=1.0)
    """
    arrays = tuple(np.asarray(values) for values in arrays)
    lengths = [len(values) if values.ndim else 0 for values in arrays]
    if not lengths or min(lengths) < 2 or len(set(lengths)) > 1:
        raise InputError(
            "bootstrap_interval: needed arrays of one length, at least 2; "
            f"got {', '.join(map(str, lengths)) or 'none'}"
        )
    if not 0 < level < 1:
        raise InputError(f"bootstrap_interval: needed a level between 0 and 1; got {level:g}")
    if repeats < 2:
        raise InputError(f"bootstrap_interval: needed at least 2 repeats; got {repeats}")
    rng = np.random.default_rng(seed)
    measured = np.empty(repeats)
    for i in range(repeats):
        rows = rng.integers(lengths[0], size=lengths[0])
        measured[i] = metric(*(values[rows] for values in arrays))
    low, high = np.quantile(measured, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(metric(*arrays)), float(low), float(high))
