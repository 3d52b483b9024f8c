"""Measure galaxies without learning, and say how well anyone could."""

from .fisher import flux_floor
from .photometry import aperture_sum, log_flux, pixel_sum

__all__ = ["aperture_sum", "flux_floor", "log_flux", "pixel_sum"]
