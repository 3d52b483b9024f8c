"""Metrics of predicted numbers: how far off, to which side, how much better than the mean."""

import numpy as np
from jaxtyping import Real

from ..engine import Array
from ..errors import InputError
from .checks import finite, one_shape


def mse(prediction: Real[Array, " N"], truth: Real[Array, " N"]) -> float:
    """Return the mean squared error, ``mean((prediction - truth)**2)``.

    Parameters
    ----------
    prediction, truth
        Finite values, shape (N,), N at least 1, in one unit. The result has its square.

    Raises
    ------
    InputError
        If the lengths differ, the arrays are empty or not one-dimensional, or a value is NaN or
        infinite. All functions of this module raise it.

    Examples
    --------
    >>> mse(np.array([4.0, 4.5]), np.array([4.0, 4.0]))
    0.125
    """
    return float(np.mean(_differences(prediction, truth) ** 2))


def mae(prediction: Real[Array, " N"], truth: Real[Array, " N"]) -> float:
    """Return the mean absolute error, ``mean(abs(prediction - truth))``.

    Parameters
    ----------
    prediction, truth
        As in `mse`. The result has their unit.

    Examples
    --------
    >>> mae(np.array([4.0, 4.5]), np.array([4.0, 4.0]))
    0.25
    """
    return float(np.mean(np.abs(_differences(prediction, truth))))


def bias(prediction: Real[Array, " N"], truth: Real[Array, " N"]) -> float:
    """Return the mean of ``prediction - truth``: positive means too high on average.

    Parameters
    ----------
    prediction, truth
        As in `mse`. The result has their unit.

    Examples
    --------
    >>> bias(np.array([4.0, 4.5]), np.array([4.0, 4.0]))
    0.25
    """
    return float(np.mean(_differences(prediction, truth)))


def scatter(prediction: Real[Array, " N"], truth: Real[Array, " N"]) -> float:
    """Return the standard deviation of ``prediction - truth``.

    It divides by N, not by N - 1 (``ddof=0``), so that the error splits exactly into a part that
    a constant would correct and a part that it would not: ``mse = bias**2 + scatter**2``.

    Parameters
    ----------
    prediction, truth
        As in `mse`. The result has their unit.

    Examples
    --------
    >>> scatter(np.array([4.0, 4.5]), np.array([4.0, 4.0]))
    0.25
    """
    return float(np.std(_differences(prediction, truth)))


def r2(prediction: Real[Array, " N"], truth: Real[Array, " N"]) -> float:
    """Return the coefficient of determination, ``1 - mse / var(truth)``.

    A perfect prediction scores 1, the mean of the truth scores 0, and anything worse than that
    mean is negative.

    Parameters
    ----------
    prediction, truth
        As in `mse`; the true values must not all be equal. The result has no unit.

    Examples
    --------
    >>> r2(np.array([1.0, 2.0, 3.0, 3.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    0.8
    """
    squared_error = np.mean(_differences(prediction, truth) ** 2)
    true_values = np.asarray(truth, dtype=np.float64)
    if np.ptp(true_values) == 0:
        raise InputError(
            f"r2: needed true values that differ; got {true_values.size} of {true_values[0]:g}"
        )
    return float(1 - squared_error / np.var(true_values))


def outlier_fraction(
    prediction: Real[Array, " N"], truth: Real[Array, " N"], limit: float
) -> float:
    """Return the fraction of rows that are off by more than `limit`, to either side.

    Parameters
    ----------
    prediction, truth
        As in `mse`. The result has no unit.
    limit
        What still counts as close, in their unit, at least 0.

    Examples
    --------
    >>> outlier_fraction(np.array([4.0, 4.5]), np.array([4.0, 4.0]), limit=0.1)
    0.5
    """
    if not limit >= 0:
        raise InputError(f"outlier_fraction: needed a limit of at least 0; got {limit:g}")
    return float(np.mean(np.abs(_differences(prediction, truth)) > limit))


def flux_metrics(
    predicted_log_flux: Real[Array, " N"], true_log_flux: Real[Array, " N"]
) -> dict[str, float]:
    """Return the three numbers every flux table of the course shows.

    Parameters
    ----------
    predicted_log_flux, true_log_flux
        log10 of the flux in ADU, shape (N,). A difference of log10 is measured in dex: 0.1 dex is
        a factor of 1.26, 1 dex a factor of 10.

    Returns
    -------
    dict
        ``mse_dex2`` (see `mse`), ``bias_dex`` (see `bias`) and ``scatter_dex`` (see `scatter`).

    Examples
    --------
    >>> flux_metrics(np.array([4.0, 4.5]), np.array([4.0, 4.0]))
    {'mse_dex2': 0.125, 'bias_dex': 0.25, 'scatter_dex': 0.25}
    """
    return {
        "mse_dex2": mse(predicted_log_flux, true_log_flux),
        "bias_dex": bias(predicted_log_flux, true_log_flux),
        "scatter_dex": scatter(predicted_log_flux, true_log_flux),
    }


def _differences(prediction: Array, truth: Array) -> np.ndarray:
    """Return ``prediction - truth`` in float64, after checking that it means something."""
    prediction = np.asarray(prediction, dtype=np.float64)
    truth = np.asarray(truth, dtype=np.float64)
    one_shape(prediction, truth)
    finite(prediction, "the prediction", "metrics")
    finite(truth, "the truth", "metrics")
    return prediction - truth
