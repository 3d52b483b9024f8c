"""Ours beside theirs: classes, losses, errors, and what noise does to them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Real
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..engine import Array, to_numpy
from ..errors import InputError
from .catalogue import labelled_map


def confusion_map(ax: Axes, matrix: Any, title: str = "") -> Axes:
    """Show a confusion matrix: how often each true class was called what.

    Parameters
    ----------
    ax
        Where to draw.
    matrix
        A `metrics.ConfusionMatrix`: ``labels`` and ``counts``. The labels belong to the numbers,
        so they cannot end up beside the wrong row. Colour shows the fraction of a true class.
    title
        Name of the model.
    """
    names = [str(label) for label in matrix.labels]
    labelled_map(
        ax, matrix.fractions(), names, names, "{:,}", cmap="cividis", limits=(0.0, 1.0),
        shown=matrix.counts,
    )  # fmt: skip
    ax.set(xlabel="predicted class", ylabel="true class", title=title)
    return ax


def absolute_error_histogram(
    ax: Axes, residuals_dex: Mapping[str, Real[Array, " N"]], bins: int = 40
) -> Axes:
    """Show how many galaxies are off by how much, in either direction, in the same bins.

    Parameters
    ----------
    ax
        Where to draw.
    residuals_dex
        For each model, by name, ``predicted - true`` log10 flux in dex, shape (N,).
    bins
        How many; the last reaches to the largest error of all.
    """
    errors = {name: np.abs(to_numpy(values)) for name, values in residuals_dex.items()}
    edges = np.linspace(0, max(float(e.max()) for e in errors.values()) or 1e-3, bins + 1)
    for name, values in errors.items():
        ax.hist(values, edges, histtype="step", lw=1.6, label=name)
    ax.set(yscale="log", xlabel="|predicted − true| [dex]", ylabel="galaxies per bin")
    ax.legend()
    return ax


def loss_by_epoch(
    ax: Axes,
    losses: Mapping[str, Sequence[float]],
    published: Mapping[str, Sequence[float]],
    *,
    ylabel: str = "mean squared error [dex²]",
) -> Axes:
    """Show losses epoch by epoch, ours as lines with dots, published ones as dashes with squares.

    Parameters
    ----------
    ax
        Where to draw.
    losses, published
        Curves by name, one number an epoch, above 0.
    ylabel
        Name and unit of the loss.
    """
    for name, values in losses.items():
        ax.plot(range(1, len(values) + 1), values, "o-", ms=4, lw=1.6, label=name)
    for name, values in published.items():
        ax.plot(range(1, len(values) + 1), values, "s--", ms=4, lw=1.4, label=name)
    ax.set(yscale="log", xlabel="epoch", ylabel=ylabel)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(True, axis="y")
    ax.legend()
    return ax


def accuracy_by_step(
    ax: Axes,
    steps: Sequence[int],
    accuracies: Mapping[str, Sequence[float]],
    levels: Mapping[str, float],
) -> Axes:
    """Show how the share of galaxies that are called right grows while models learn.

    Parameters
    ----------
    ax
        Where to draw.
    steps
        Training steps done, K numbers.
    accuracies
        Curves by name, K numbers from 0 to 1.
    levels
        Accuracies to hold them against, by name; dashed.
    """
    for name, values in accuracies.items():
        ax.plot(steps, np.asarray(values) * 100, lw=1.6, label=name)
    for name, level in levels.items():
        ax.plot([steps[0], steps[-1]], [level * 100] * 2, "--", lw=1.4, label=name)
    ax.set(xlabel="training steps", ylabel="accuracy [%]", ylim=(0, 100))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(True, axis="y")
    ax.legend(loc="lower right")
    return ax


def error_against_noise(
    ax: Axes,
    sky_sigma_adu: Sequence[float],
    mse_dex2: Mapping[str, Sequence[float]],
    bounds: Mapping[str, Sequence[float]],
) -> Axes:
    """Show what a noisier sky does to each method, and to what no method can beat.

    Parameters
    ----------
    ax
        Where to draw.
    sky_sigma_adu
        Sky noise in ADU a pixel, K values.
    mse_dex2
        Mean squared error of log10 flux by method, K numbers each.
    bounds
        Lower bounds by name, K numbers each; dashed.

    Raises
    ------
    InputError
        If a curve has more or fewer than K numbers.
    """
    for name, values in (*mse_dex2.items(), *bounds.items()):
        if len(values) != len(sky_sigma_adu):
            raise InputError(
                f"error_against_noise: needed {len(sky_sigma_adu)} numbers, one a sky; "
                f"got {len(values)} for {name}"
            )
        style = "--" if name in bounds else "o-"
        ax.plot(sky_sigma_adu, values, style, ms=5, lw=1.6, label=name)
    ax.set(xscale="log", yscale="log", ylabel="mean squared error [dex²]")
    ax.set_xlabel("sky noise [ADU per pixel]")
    ax.set_xticks(sky_sigma_adu, [f"{sky:g}" for sky in sky_sigma_adu])
    ax.minorticks_off()
    ax.grid(True, axis="y")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))  # lines cross the whole panel
    return ax
