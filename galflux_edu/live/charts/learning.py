"""How a network that predicts a number learns, and how good it is."""

import math
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd

from ...plots.style import COLOURS
from .base import LOG_FLUX, MOST_POINTS, kinds_by_colour, quantity, styled

LOSS_KINDS = ("training, each batch", "validation")


def thinned(values: Sequence[float], most: int = MOST_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """Return steps, counted from 1, and means of neighbouring values: at most `most` points."""
    array = np.asarray(values, np.float64)
    width = max(1, -(-len(array) // most))
    starts = np.arange(0, len(array), width)
    sums = np.add.reduceat(array, starts) if len(array) else array
    sizes = np.diff(np.append(starts, len(array)))
    return starts + (sizes + 1) / 2, sums / sizes


def loss_data(
    losses: Sequence[float],
    validation: Sequence[tuple[int, float]],
    baselines: Mapping[str, float],
) -> pd.DataFrame:
    """Return the lines of a loss curve, one point a row."""
    steps, means = thinned(losses)
    seen = validation[:: max(1, -(-len(validation) // MOST_POINTS))]
    last = max(len(losses), 10)
    points = [
        *zip(steps, means, repeat(LOSS_KINDS[0]), strict=False),
        *((step, loss, LOSS_KINDS[1]) for step, loss in seen),
        *((x, loss, name) for name, loss in baselines.items() for x in (0, last)),
    ]
    drawn = [point for point in points if 0 < point[1] < math.inf]  # on a logarithmic axis
    return pd.DataFrame(drawn, columns=["step", "loss", "kind"])


def loss_chart(baselines: Sequence[str], unit: str, theme: str, points: int) -> dict[str, Any]:
    """Return the chart of `loss_data`, on a logarithmic axis."""
    kinds = (*LOSS_KINDS, *baselines)
    axes = {
        "x": quantity("step", "step", zero=True, nice=False),
        "y": quantity("loss", f"mean squared error [{unit}]", type="log", nice=False, padding=6),
        "color": kinds_by_colour(kinds, theme),
    }
    styles = [({"strokeWidth": 1.2}, kinds[:1]), ({"strokeWidth": 3}, kinds[1:2])]
    styles.append(({"strokeWidth": 2, "strokeDash": [6, 4]}, kinds[2:]))
    layers = [
        {
            "transform": [{"filter": {"field": "kind", "oneOf": list(shown)}}],
            "mark": {"type": "line", **style},
            "encoding": axes,
        }
        for style, shown in styles
    ]
    return styled({"layer": layers}, points, 330)


def agreement_data(true: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    """Return true and predicted values, one galaxy a row."""
    return pd.DataFrame({"true": np.ravel(true), "predicted": np.ravel(predicted)})


def agreement_chart(low: float, high: float, theme: str, points: int) -> dict[str, Any]:
    """Return the chart of `agreement_data`, with the line on which both agree."""
    limits = {"domain": [low, high], "clamp": True, "zero": False, "nice": False}
    ends = [{"true": low, "predicted": low}, {"true": high, "predicted": high}]
    axes = {
        "x": quantity("true", f"true {LOG_FLUX}", **limits),
        "y": quantity("predicted", f"predicted {LOG_FLUX}", **limits),
    }
    line = {"type": "line", "color": "#888888", "strokeWidth": 1.5}
    circle = {"type": "circle", "size": 45, "opacity": 0.6, "color": COLOURS[theme][0]}
    layers = [
        {"data": {"values": ends}, "mark": line, "encoding": axes},
        {"mark": circle, "encoding": axes},
    ]
    return styled({"layer": layers}, points, 330)


def residual_data(true: np.ndarray, predicted: np.ndarray, reach: float = 1.0) -> pd.DataFrame:
    """Return a histogram of predicted minus true; the end bins hold everything beyond."""
    error = np.clip(np.ravel(predicted) - np.ravel(true), -reach, reach)
    counts, edges = np.histogram(error, 41, (-reach, reach))
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "galaxies": counts})


def residual_chart(theme: str, points: int) -> dict[str, Any]:
    """Return the chart of `residual_data`."""
    beyond = "datum.value <= -1 ? '≤ −1' : datum.value >= 1 ? '≥ 1' : datum.label"
    error = quantity("low", "predicted − true [dex]", domain=[-1, 1])
    axes = {
        "x": {**error, "axis": {"labelExpr": beyond}},
        "x2": {"field": "high"},
        "y": quantity("galaxies", "galaxies"),
        "y2": {"datum": 0},
    }
    mark = {"type": "rect", "color": COLOURS[theme][0]}
    return styled({"mark": mark, "encoding": axes}, points, 250)
