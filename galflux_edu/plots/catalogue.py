"""What a catalogue looks like before anything is learnt from it."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes

from ..engine import Array, to_numpy
from ..errors import InputError


def flux_histogram(ax: Axes, flux_adu: Real[Array, " N"], *, logarithm: bool = False) -> Axes:
    """Show how fluxes are spread, as they are or after the logarithm.

    Parameters
    ----------
    ax
        Where to draw.
    flux_adu
        Fluxes in ADU, above 0, shape (N,).
    logarithm
        Show log10 of the flux instead.

    Raises
    ------
    InputError
        If a flux is not above 0.
    """
    flux_adu = to_numpy(flux_adu)
    if flux_adu.size == 0 or not np.min(flux_adu) > 0:
        raise InputError("flux_histogram: needed fluxes above 0; got none or one that is not")
    values = np.log10(flux_adu) if logarithm else flux_adu
    ax.hist(values, bins=40, color="C0")
    ax.set_xlabel(r"$\log_{10}$(flux / ADU)" if logarithm else "flux [ADU]")
    ax.set_ylabel("galaxies per bin")
    ax.locator_params(axis="x", nbins=5)
    return ax


def pairwise_scatter(
    axes: np.ndarray, columns: Mapping[str, Real[Array, " N"]], shown: int = 1000
) -> np.ndarray:
    """Show every pair of columns against each other, and each column alone on the diagonal.

    Parameters
    ----------
    axes
        K x K axes.
    columns
        K columns by name with unit, each of shape (N,).
    shown
        Points a panel, at most: evenly picked rows.

    Raises
    ------
    InputError
        If there are not K x K axes for K columns.
    """
    names = list(columns)
    if np.shape(axes) != (len(names), len(names)):
        raise InputError(
            f"pairwise_scatter: needed {len(names)} x {len(names)} axes, one row and one column "
            f"for each quantity; got shape {np.shape(axes)}"
        )
    values = {name: to_numpy(column) for name, column in columns.items()}
    size = len(values[names[0]])
    rows = np.linspace(0, size - 1, min(size, shown)).astype(int)
    for (i, j), ax in np.ndenumerate(axes):
        x, y = values[names[j]], values[names[i]]
        if i == j:
            ax.hist(x, bins=20, color="C1")
            ax.set_yticks([])
        else:
            ax.scatter(x[rows], y[rows], s=3, alpha=0.35, color="C0", linewidths=0, rasterized=True)
        ax.locator_params(axis="x", nbins=4)
        if j == 0:
            ax.set_ylabel(names[i])
        if i == len(names) - 1:
            ax.set_xlabel(names[j])
        else:
            ax.tick_params(labelbottom=False)
        if j > 0:
            ax.tick_params(labelleft=False)
    return axes


def correlation_map(ax: Axes, columns: Mapping[str, Real[Array, " N"]]) -> Axes:
    r"""Show Pearson's correlation of every pair of columns, as colour and as a number.

    .. math:: r_{xy} = \frac{\sum (x - \bar x)(y - \bar y)}
              {\sqrt{\sum (x - \bar x)^2 \sum (y - \bar y)^2}}

    Parameters
    ----------
    ax
        Where to draw.
    columns
        At least two columns by name, each of shape (N,), none of them constant.

    Raises
    ------
    InputError
        If a column is constant.
    """
    names = list(columns)
    table = np.stack([to_numpy(column).astype(np.float64) for column in columns.values()])
    constant = [name for name, row in zip(names, table, strict=True) if np.ptp(row) == 0]
    if constant:
        raise InputError(
            f"correlation_map: needed columns that vary; got the constant {', '.join(constant)}"
        )
    rounded = np.round(np.corrcoef(table), 2) + 0.0  # no -0.00
    return labelled_map(ax, rounded, names, names, "{:.2f}", cmap="PuOr", limits=(-1.0, 1.0))


def labelled_map(
    ax: Axes,
    values: Float[np.ndarray, "R C"],
    row_labels: list[str],
    column_labels: list[str],
    text: str,
    *,
    cmap: str,
    limits: tuple[float, float],
    shown: np.ndarray | None = None,
) -> Axes:
    """Show a small matrix as colours with a number in each cell, in ink that can be read there.

    Parameters
    ----------
    ax
        Where to draw.
    values
        What the colours mean.
    row_labels, column_labels
        Names of the rows and columns.
    text
        Format of the numbers, such as ``"{:.2f}"``.
    cmap
        Name of a colour map.
    limits
        Values at its ends.
    shown
        Numbers to write instead of `values`.
    """
    image = ax.imshow(values, cmap=cmap, vmin=limits[0], vmax=limits[1])
    for (i, j), number in np.ndenumerate(values if shown is None else shown):
        red, green, blue, _ = image.cmap(image.norm(values[i, j]))
        bright = 0.299 * red + 0.587 * green + 0.114 * blue > 0.55
        ink = "#1f2328" if bright else "#ffffff"
        written = text.format(number).replace("-", "−")
        ax.text(j, i, written, ha="center", va="center", color=ink, fontsize=9)
    ax.set_xticks(range(len(column_labels)), column_labels)
    ax.set_yticks(range(len(row_labels)), row_labels)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    if len(column_labels) > 4:
        ax.tick_params(axis="x", rotation=90)
    return ax
