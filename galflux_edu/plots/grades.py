"""How a class did: one bar for so many points, one for so many seconds."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator


def grades_histogram(ax: Axes, points: Sequence[float | int], most: float | int) -> Axes:
    """Show how many submissions got how many points, and the median.

    Parameters
    ----------
    ax
        Where to draw.
    points
        What each submission got.
    most
        What there was to get; the bars end there, or at the best submission if that is more.
    """
    end = max(float(most), *map(float, points), 1e-9)
    edges = np.linspace(0, end, min(20, max(5, math.ceil(end))) + 1)
    _bars(ax, points, edges)
    ax.set(xlabel=f"points (of {most:g})", ylabel="submissions", xlim=(0, end))
    ax.axvline(float(np.median(points)), color="C1", lw=2, ls="--", label="median")
    ax.legend()
    return ax


def seconds_histogram(ax: Axes, seconds: Sequence[float | int]) -> Axes:
    """Show how many submissions took how long to grade.

    Parameters
    ----------
    ax
        Where to draw.
    seconds
        The time of each submission, 0 or more.
    """
    end = max(*map(float, seconds), 1.0)
    _bars(ax, seconds, np.linspace(0, end, 16))
    ax.set(xlabel="time for one submission [s]", ylabel="submissions", xlim=(0, end))
    return ax


def _bars(ax: Axes, values: Sequence[float | int], edges: np.ndarray) -> None:
    ax.hist(values, edges, color="C0", rwidth=0.92)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="y")
