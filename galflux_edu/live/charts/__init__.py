"""Charts that move: each has a specification that never changes, and a table that does."""

from .base import LETTERS
from .classes import confusion_chart, confusion_data, score_chart, score_data
from .galaxies import contour_data, landscape_chart, methods_chart, methods_data, path_data
from .learning import (
    agreement_chart,
    agreement_data,
    loss_chart,
    loss_data,
    residual_chart,
    residual_data,
    thinned,
)

__all__ = [
    "LETTERS",
    "agreement_chart",
    "agreement_data",
    "confusion_chart",
    "confusion_data",
    "contour_data",
    "landscape_chart",
    "loss_chart",
    "loss_data",
    "methods_chart",
    "methods_data",
    "path_data",
    "residual_chart",
    "residual_data",
    "score_chart",
    "score_data",
    "thinned",
]
