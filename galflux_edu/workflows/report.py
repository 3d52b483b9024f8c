"""What every workflow writes: pictures, numbers, one page; and what its methods are called."""

import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__, plots
from ..files import replacing
from ..reports import Picture, Row, rows_to_json

# What tables and figures call the methods whose short names stand in the rows.
LABELS = {
    "constant": "mean of the training target",
    "catalogue-linear": "straight line, 14 columns",
    "catalogue-linear-re-bt": "straight line, R_e and B/T",
    "catalogue-logistic": "softmax regression, thirds",
    "catalogue-forest": "random forest, thirds",
    "pixel-sum": "sum of the pixels",
    "pixel-sum-corrected": "corrected pixel sum",
    "aperture": "corrected aperture",
    "flux-cnn": "flux CNN",
    "course-best": "course best",
    "cramer-rao-floor": "Cramér-Rao floor, mean",
    "majority-class": "always the most common class",
    "galaxy10-linear": "one weighted sum a class",
    "galaxy10-mlp": "network of Lecture 7",
}

Drawing = tuple[Callable[[], Any], str, str]  # draws a figure; its alternative text; its caption


@dataclass(frozen=True)
class RunReport:
    """What a command prints: the table, the numbers for ``--json``, and where the page is."""

    table: str
    metrics: dict[str, Any]
    report: Path


def label_of(model: str) -> str:
    """Return what tables and figures call a method."""
    return LABELS.get(model, model)


def draw(drawings: Mapping[str, Drawing]) -> dict[str, Picture]:
    """Return every picture by its name, light and dark."""
    return {
        name: Picture(**plots.in_both_themes(figure), alt=alt, caption=caption)
        for name, (figure, alt, caption) in drawings.items()
    }


def write_pictures(folder: Path, pictures: Mapping[str, Picture]) -> None:
    """Write ``figures/NAME.png``."""
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        with replacing(folder / "figures" / f"{name}.png") as temporary:
            temporary.write_bytes(picture.light)


def write_json(path: Path, content: Any) -> None:
    """Write one line of JSON, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, allow_nan=False) + "\n", encoding="utf-8")


def write_metrics(
    folder: Path, rows: Sequence[Row], command: str, seed: int, seconds: float
) -> dict[str, Any]:
    """Write ``metrics.json`` and return what is in it, which is what ``--json`` prints."""
    metrics = rows_to_json(rows, command, seed, seconds)
    write_json(folder / "metrics.json", metrics)
    return metrics


def value(rows: Sequence[Row], model: str, metric: str, protocol: str = "honest") -> float | None:
    """Return one number of a table of rows, or None where it is not there."""
    wanted = (protocol, model, metric)
    return next((r.ours for r in rows if (r.protocol, r.model, r.metric) == wanted), None)


def published_value(rows: Sequence[Row], model: str, protocol: str = "honest") -> float | None:
    """Return the first number that the source printed for a method, or None."""
    of_model = (r.published for r in rows if (r.protocol, r.model) == (protocol, model))
    return next((number for number in of_model if number is not None), None)


def environment_info(seed: int, seconds: float) -> dict[str, str | int | float]:
    """Return what a result may depend on besides its recipe."""
    return {
        "seed": seed,
        "seconds": round(seconds, 1),
        "galflux": __version__,
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }
