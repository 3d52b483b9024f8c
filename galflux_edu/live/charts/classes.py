"""How a classifier learns, and its confusion matrix."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...plots.style import COLOURS, INK, PAPER
from .base import MOST_POINTS, kinds_by_colour, quantity, styled


def score_data(
    validation: Sequence[tuple[int, float]], baselines: Mapping[str, float], last: int
) -> pd.DataFrame:
    """Return the accuracy, one point a row."""
    seen = validation[:: max(1, -(-len(validation) // MOST_POINTS))]
    points = [(step, share, "network") for step, share in seen]
    lines = [(x, share, name) for name, share in baselines.items() for x in (0, max(last, 10))]
    return pd.DataFrame(points + lines, columns=["step", "share", "kind"])


def score_chart(baselines: Sequence[str], theme: str, points: int) -> dict[str, Any]:
    """Return the chart of `score_data`."""
    axes = {
        "x": quantity("step", "pictures seen", zero=True, nice=False),
        "y": quantity("share", "accuracy", domain=[0, 1]),
        "color": kinds_by_colour(("network", *baselines), theme),
    }
    styles = {"==": {"strokeWidth": 3}, "!=": {"strokeWidth": 2, "strokeDash": [6, 4]}}
    layers = [
        {
            "transform": [{"filter": f"datum.kind {sign} 'network'"}],
            "mark": {"type": "line", **style},
            "encoding": axes,
        }
        for sign, style in styles.items()
    ]
    return styled({"layer": layers}, points, 330)


def confusion_data(true: np.ndarray, guess: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Return how many galaxies of each class were predicted as each, one pair of classes a row."""
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (true, guess), 1)
    return pd.DataFrame(
        [
            (names[i], names[j], counts[i, j], counts[i, j] / max(counts[i].sum(), 1))
            for i in range(len(names))
            for j in range(len(names))
        ],
        columns=["true", "guess", "galaxies", "share"],
    )


def confusion_chart(names: Sequence[str], theme: str, points: int) -> dict[str, Any]:
    """Return the chart of `confusion_data`."""
    shared = {"type": "nominal", "sort": list(names)}
    number = f"indexof({json.dumps(list(names))}, datum.label) + 1"
    columns = {"labelExpr": number, "labelAngle": 0, "title": "predicted class (rows: true class)"}
    rows = {"labelExpr": f"datum.label + '  ' + ({number})", "labelLimit": 0, "title": None}
    axes = {
        "x": {"field": "guess", **shared, "axis": columns},
        "y": {"field": "true", **shared, "axis": rows},
    }
    colours = {
        "field": "share",
        "type": "quantitative",
        "scale": {
            "range": [PAPER[theme], COLOURS[theme][0]],
            "domain": [0, 1],
            "interpolate": "rgb",  # by hue, the way from white to blue is cyan
        },
        "legend": None,
    }
    layers = [
        {"mark": "rect", "encoding": {**axes, "color": colours}},
        {
            "mark": {"type": "text", "fontSize": points},
            "encoding": {
                **axes,
                "text": {"field": "galaxies", "type": "quantitative"},
                "color": {
                    "condition": {"test": "datum.share > 0.65", "value": PAPER[theme]},
                    "value": INK[theme],
                },
            },
        },
    ]
    return styled({"layer": layers}, points, 330)
