"""Charts that move: Vega-Lite specifications that never change, so that only their data do.

A chart whose specification stays the same is not drawn anew; the browser moves its points. That is
why nothing flickers.
"""

from collections.abc import Sequence
from typing import Any

from ...plots.style import COLOURS

LETTERS = {False: 13, True: 22}  # in points; True: to be read from the back row
MOST_POINTS = 300  # of a line; more would not be seen
LOG_FLUX = "log₁₀ flux [ADU]"


def quantity(field: str, title: str, **scale: Any) -> dict[str, Any]:
    """Return an axis with a title."""
    return {"field": field, "type": "quantitative", "title": title, "scale": scale}


def kinds_by_colour(kinds: Sequence[str], theme: str) -> dict[str, Any]:
    """Return a colour for each kind of line, with a legend."""
    return {
        "field": "kind",
        "type": "nominal",
        "title": None,
        "sort": None,
        "scale": {"domain": list(kinds), "range": list(COLOURS[theme][: len(kinds)])},
        "legend": {"orient": "bottom", "columns": 2, "labelLimit": 0},
    }


def styled(spec: dict[str, Any], points: int, height: int) -> dict[str, Any]:
    """Add what all charts share; `points` is the size of letters, and with it grows the height."""
    letters = {"labelFontSize": points, "titleFontSize": points, "titleFontWeight": "normal"}
    config = {"axis": {**letters, "titlePadding": 8}, "legend": letters, "view": {"stroke": None}}
    config["font"] = "Source Sans, sans-serif"
    return {"height": height * points / LETTERS[False], "config": config, **spec}
