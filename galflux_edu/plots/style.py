"""What all pictures share: colours for light and dark pages, figures and PNG files.

>>> with theme("light"):
...     figure, ax = new_figure()
...     line = ax.plot([1, 2, 4])
...     png = to_png(figure)
>>> png[1:4]
b'PNG'
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.style
from cycler import cycler
from matplotlib.figure import Figure

from ..errors import InputError

# Okabe and Ito (2008), "Color Universal Design"; the order puts good contrast first.
COLOURS = {
    "light": ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
    "dark": ("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#CC79A7", "#D55E00"),
}
PAPER = {"light": "#ffffff", "dark": "#14181d"}
INK = {"light": "#1f2328", "dark": "#e6e9ee"}
_GRID = {"light": "#d8dde3", "dark": "#3a424c"}


@contextmanager
def theme(name: str) -> Iterator[None]:
    """Draw everything inside the block for a ``"light"`` or a ``"dark"`` page.

    Save the figure inside the block too: matplotlib makes ticks and their labels only then.

    Raises
    ------
    InputError
        If `name` is neither.
    """
    if name not in COLOURS:
        raise InputError(f"theme: needed 'light' or 'dark'; got {name!r}")
    paper, ink, line = PAPER[name], INK[name], _GRID[name]
    settings = {
        "axes.prop_cycle": cycler(color=COLOURS[name]),
        "axes.facecolor": paper,
        "figure.facecolor": paper,
        "legend.facecolor": paper,
        "legend.edgecolor": line,
        "grid.color": line,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": "medium",
        "font.size": 11,
        "legend.fontsize": "small",
    }
    settings |= dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), ink)
    settings |= dict.fromkeys(("xtick.color", "ytick.color"), ink)
    # From matplotlib's own defaults, so that a reader's private style does not show.
    with matplotlib.style.context(["default", settings]):
        yield


def new_figure(
    rows: int = 1, columns: int = 1, panel_inches: tuple[float, float] = (4.5, 3.6)
) -> tuple[Figure, Any]:
    """Return a figure and its axes: one `Axes`, or an array of them, shape (rows, columns).

    Parameters
    ----------
    rows, columns
        How many panels.
    panel_inches
        Width and height of one panel in inches. A report is 9.5 inches wide and sets single
        panels side by side, or one below the other on a phone.
    """
    width, height = panel_inches
    figure = Figure(figsize=(columns * width, rows * height), layout="constrained")
    return figure, figure.subplots(rows, columns)


def to_png(figure: Figure, dpi: int = 144) -> bytes:
    """Return `figure` as a PNG file: the same figure gives the same bytes, on any day."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi, metadata={"Software": None})
    return file.getvalue()


def in_both_themes(draw: Callable[[], Figure]) -> dict[str, bytes]:
    """Return ``{"light": png, "dark": png}`` of the figure that `draw` makes."""
    pictures = {}
    for name in COLOURS:
        with theme(name):
            pictures[name] = to_png(draw())
    return pictures
