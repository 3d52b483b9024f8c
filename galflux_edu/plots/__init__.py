"""Pictures, the only room that knows matplotlib.

Each function draws on the axes it is given and returns them; nothing opens a window or keeps a
global figure. Colours are Okabe and Ito's for lines and viridis for images, so that readers with
any kind of colour vision can tell them apart.
"""

from .catalogue import correlation_map, flux_histogram, pairwise_scatter
from .comparison import (
    absolute_error_histogram,
    accuracy_by_step,
    confusion_map,
    error_against_noise,
    loss_by_epoch,
)
from .galaxies import galaxy_gallery, gray_gallery
from .grades import grades_histogram, seconds_histogram
from .live import asinh_colours, contours, mosaic
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
    "absolute_error_histogram",
    "accuracy_by_step",
    "asinh_colours",
    "confusion_map",
    "contours",
    "correlation_map",
    "error_against",
    "error_against_noise",
    "flux_histogram",
    "galaxy_gallery",
    "grades_histogram",
    "gray_gallery",
    "in_both_themes",
    "learning_curve",
    "loss_by_epoch",
    "mosaic",
    "new_figure",
    "pairwise_scatter",
    "predicted_against_true",
    "residual_histogram",
    "seconds_histogram",
    "theme",
    "to_png",
]
