"""How the training went and how good the predictions are."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Real
from matplotlib.axes import Axes

from ..engine import Array, to_numpy
from ..errors import InputError
from ..metrics import mse

LOG_FLUX = r"$\log_{10}$(flux / ADU)"
RESIDUAL = "predicted − true [dex]"


def learning_curve(
    ax: Axes, history: Any, *, loss_label: str = "loss", steps_per_epoch: int | None = None
) -> Axes:
    """Show how the loss fell: every step thin, the epochs on top, on a logarithmic axis.

    Parameters
    ----------
    ax
        Where to draw.
    history
        What `train.fit` returns: lists ``step_loss`` (one per step), ``train_loss`` and
        ``validation_loss`` (one per epoch, or empty).
    loss_label
        Name and unit of the loss, e.g. ``"mean squared error [dex²]"``.
    steps_per_epoch
        Steps of a whole epoch, needed where the last one was cut short; None takes all as equal.
    """
    steps, epochs = len(history.step_loss), len(history.train_loss)
    if steps:
        whole = steps_per_epoch or steps / max(epochs, 1)
        ends = np.minimum(whole * np.arange(1, epochs + 1), steps)
        # A mean over the steps of an epoch belongs in the middle of them.
        means = (ends + np.arange(epochs) * whole) / 2
    else:
        ends = means = np.arange(1, epochs + 1)
    if steps:
        ax.plot(
            range(1, steps + 1), history.step_loss, "C0", lw=0.7, alpha=0.5, label="training, steps"
        )
    ax.plot(means, history.train_loss, "C0o-", lw=1.8, ms=4, label="training, mean of epoch")
    if len(history.validation_loss):
        ax.plot(ends, history.validation_loss, "C1s-", lw=1.8, ms=5, label="validation")
    ax.set(yscale="log", xlabel="step" if steps else "epoch", ylabel=loss_label)
    ax.grid(True, axis="y")
    ax.legend()
    return ax


def predicted_against_true(
    ax: Axes,
    true_log_flux: Real[Array, " N"],
    predicted_log_flux: Real[Array, " N"],
    label: str = "",
) -> Axes:
    """Show each galaxy at (true, predicted) with the line where both agree.

    Parameters
    ----------
    ax
        Where to draw.
    true_log_flux, predicted_log_flux
        log10 of the flux in ADU, shape (N,).
    label
        Name of the model, for the title.

    Raises
    ------
    InputError
        If the lengths differ or a value is not finite.
    """
    true_log_flux, predicted_log_flux = to_numpy((true_log_flux, predicted_log_flux))
    error = mse(predicted_log_flux, true_log_flux)
    both = np.concatenate([true_log_flux, predicted_log_flux])
    margin = 0.03 * np.ptp(both) or 0.1
    limits = (both.min() - margin, both.max() + margin)
    ax.plot(limits, limits, color="0.5", lw=1, zorder=3, label="predicted = true")
    # More galaxies, smaller and fainter points: a crowd stays a cloud with a dense middle.
    crowd = np.sqrt(true_log_flux.size / 100)
    ax.scatter(
        true_log_flux,
        predicted_log_flux,
        s=float(np.clip(30 / crowd, 4, 22)),
        alpha=float(np.clip(1.6 / crowd, 0.15, 0.8)),
        color="C0",
        linewidths=0,
        rasterized=True,
    )
    ax.text(
        0.97,
        0.04,
        f"MSE {_scientific(error)} dex²\n{true_log_flux.size:,} galaxies",
        transform=ax.transAxes,
        ha="right",
        va="bottom",
        fontsize="small",
    )
    ax.set(xlim=limits, ylim=limits, aspect="equal", title=label)
    ax.locator_params(nbins=6)
    ax.set(xlabel=f"true {LOG_FLUX}", ylabel=f"predicted {LOG_FLUX}")
    ax.legend(loc="upper left", frameon=False)
    return ax


def residual_histogram(ax: Axes, residuals_dex: Mapping[str, Real[Array, " N"]]) -> Axes:
    """Show how the errors of several models are spread, in the same bins.

    The bins reach as far as 99 % of all errors; the first and the last also hold everything
    beyond. Counts are logarithmic, for the rare large errors decide a mean squared error.

    Parameters
    ----------
    ax
        Where to draw.
    residuals_dex
        For each model, by name, ``predicted - true`` log10 flux in dex.
    """
    residuals_dex = {name: to_numpy(values) for name, values in residuals_dex.items()}
    pooled = np.abs(np.concatenate(list(residuals_dex.values())))
    reach = float(np.percentile(pooled, 99)) or 1e-3
    edges = np.linspace(-reach, reach, 62)  # an odd number of bins: one is centred on zero
    for name, values in residuals_dex.items():
        ax.hist(np.clip(values, -reach, reach), edges, histtype="step", lw=1.6, label=name)
    ax.axvline(0, color="0.5", lw=0.8, zorder=0)
    ax.set(yscale="log", ylabel="galaxies per bin")
    ax.set_xlabel(f"{RESIDUAL}\n(the end bins hold everything beyond)")
    ax.locator_params(axis="x", nbins=7)
    ax.legend()
    return ax


def error_against(
    ax: Axes,
    x: Real[Array, " N"],
    residuals_dex: Real[Array, " N"],
    xlabel: str,
    *,
    label: str = "",
    bins: int = 12,
) -> Axes:
    """Show where the errors come from: their median and middle 68 % along another quantity.

    Parameters
    ----------
    ax
        Where to draw; call again with another `label` to compare models.
    x
        The quantity, e.g. true log10 flux, half-light radius or bulge-to-total ratio, shape (N,).
    residuals_dex
        ``predicted - true`` log10 flux in dex, shape (N,).
    xlabel
        Name and unit of `x`.
    label
        Name of the model, for the legend; none where empty.
    bins
        How many bins of equal width, at most: those with fewer than 10 galaxies join the next.

    Raises
    ------
    InputError
        If the lengths differ or there is no galaxy at all.
    """
    x, residuals_dex = to_numpy((x, residuals_dex))
    if x.shape != residuals_dex.shape or x.size == 0:
        raise InputError(
            "error_against: needed x and residuals of one length, at least 1; "
            f"got {x.size} and {residuals_dex.size}"
        )
    groups = _groups(x, bins)
    centre = [np.median(x[group]) for group in groups]
    low, middle, high = np.transpose(
        [np.percentile(residuals_dex[group], (16, 50, 84)) for group in groups]
    )
    (line,) = ax.plot(centre, middle, "o-", ms=4, lw=1.6, label=label)
    ax.fill_between(centre, low, high, color=line.get_color(), alpha=0.25, lw=0)
    ax.axhline(0, color="0.5", lw=0.8, zorder=0)
    ax.set(xlabel=xlabel, ylabel=f"{RESIDUAL}\nmedian and 16–84 %")
    if label:
        ax.legend()
    return ax


def _groups(x: np.ndarray, bins: int, fewest: int = 10) -> list[np.ndarray]:
    """Return the indices of `x` in each bin, from low to high; none has fewer than `fewest`."""
    order = np.argsort(x, kind="stable")
    inner_edges = np.linspace(x.min(), x.max(), bins + 1)[1:-1]
    cuts = [0]
    for cut in np.searchsorted(x[order], inner_edges):
        if cut - cuts[-1] >= fewest and x.size - cut >= fewest:
            cuts.append(cut)
    return np.split(order, cuts[1:])


def _scientific(value: float) -> str:
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"${mantissa}\times10^{{{int(exponent)}}}$"
