"""What methods measure of one galaxy, and how optimisers find it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...plots.style import COLOURS, INK
from .base import kinds_by_colour, quantity, styled


def methods_data(estimates: Mapping[str, np.ndarray], true: float) -> pd.DataFrame:
    """Return the errors of each method in per cent of the true flux, one estimate a row."""
    return pd.DataFrame(
        [
            (name, 100 * (float(value) / true - 1), "this picture" if i == 0 else "other noise")
            for name, values in estimates.items()
            for i, value in reversed(list(enumerate(values)))
        ],
        columns=["method", "error", "kind"],
    )


def methods_chart(
    methods: Sequence[str], bound_percent: float, reach: float, theme: str, points: int
) -> dict[str, Any]:
    """Return the chart of `methods_data`, with one standard deviation of the Cramer-Rao bound."""
    colours = COLOURS[theme]
    scale = {"domain": [-reach, reach], "clamp": True, "nice": False}
    x = quantity("error", "measured − true flux [% of the true flux]", **scale)
    letters = {"labelLimit": 300, "labelFontSize": points}
    y = {"field": "method", "type": "nominal", "title": None, "sort": list(methods)}
    band = [{"low": -min(bound_percent, reach), "high": min(bound_percent, reach)}]
    shade = {"type": "rect", "color": colours[2], "opacity": 0.25}
    width = {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}
    kind = {
        "field": "kind",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ["this picture", "other noise"], "range": [colours[1], colours[0]]},
        "legend": {"orient": "bottom"},
    }
    this, other = ([{"filter": f"datum.kind {sign} 'this picture'"}] for sign in ("==", "!="))
    axes = {"x": x, "y": {**y, "axis": letters}, "color": kind}
    diamond = {"shape": "diamond", "size": 180, "filled": True, "opacity": 1}
    zero = {"type": "rule", "color": INK[theme]}
    layers = [
        {"data": {"values": band}, "mark": shade, "encoding": width},
        {"data": {"values": [{"error": 0}]}, "mark": zero, "encoding": {"x": x}},
        {"transform": other, "mark": {"type": "tick", "height": 30}, "encoding": axes},
        {"transform": this, "mark": {"type": "point", **diamond}, "encoding": axes},
    ]
    return styled({"layer": layers}, points, 70 + 52 * len(methods))


def contour_data(lines: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return lines of equal height, given as log10 of flux and radius, one point a row."""
    parts = [
        pd.DataFrame({"flux": 10.0 ** line[:, 0], "radius": 10.0 ** line[:, 1], "line": i})
        for i, line in enumerate(lines)
    ]
    return pd.concat(parts).assign(kind="equal misfit", step=lambda table: range(len(table)))


def path_data(paths: Mapping[str, np.ndarray], walked: int) -> pd.DataFrame:
    """Return the first `walked` steps of each path, one point a row."""
    parts = [
        pd.DataFrame(path[: walked + 1], columns=["flux", "radius"]).assign(
            kind=name, line=-1, step=lambda table: range(len(table))
        )
        for name, path in paths.items()
    ]
    return pd.concat(parts)


def landscape_chart(
    limits: Mapping[str, tuple[float, float]], names: Sequence[str], theme: str, points: int
) -> dict[str, Any]:
    """Return the chart of `contour_data` and `path_data`, on logarithmic axes."""
    shared: dict[str, Any] = {"type": "log", "nice": False, "clamp": True}
    axes = {
        "x": quantity("flux", "flux [ADU]", domain=list(limits["flux"]), **shared),
        "y": quantity("radius", "half-light radius [″]", domain=list(limits["radius"]), **shared),
        "order": {"field": "step", "type": "quantitative"},
    }
    walks = {**axes, "color": kinds_by_colour(names, theme)}
    contour, walk = "datum.kind == 'equal misfit'", "datum.kind != 'equal misfit'"
    layers = [
        {
            "transform": [{"filter": contour}],
            "mark": {"type": "line", "color": "#888888", "strokeWidth": 1, "opacity": 0.7},
            "encoding": {**axes, "detail": {"field": "line", "type": "nominal"}},
        },
        {
            "transform": [{"filter": walk}],
            "mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 30, "filled": True}},
            "encoding": walks,
        },
    ]
    return styled({"layer": layers}, points, 430)
