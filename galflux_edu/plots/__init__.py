"""Pictures, the only room that knows matplotlib.

Each function draws on the axes it is given and returns them; nothing opens a window or keeps a
global figure. Colours are Okabe and Ito's for lines and viridis for images, so that readers with
any kind of colour vision can tell them apart.
"""

from .galaxies import galaxy_gallery
from .results import (
    LOG_FLUX,
    error_against,
    learning_curve,
    predicted_against_true,
    residual_histogram,
)
from .style import in_both_themes, new_figure, theme, to_png

__all__ = [
    "LOG_FLUX",
    "error_against",
    "galaxy_gallery",
    "in_both_themes",
    "learning_curve",
    "new_figure",
    "predicted_against_true",
    "residual_histogram",
    "theme",
    "to_png",
]
