"""The sky, simulated: profiles, seeing, pixels and noise. Physics only: arrays in, arrays out."""

from .morphology import MORPHOLOGIES, simulate_morphologies
from .noise import add_noise
from .psf import Gaussian, Moffat
from .render import render_galaxies
from .sersic import elliptical_radius, half_light_radius, sersic_profile
from .surveys import RENDER_COLUMNS, SURVEYS, Survey, signal_to_noise, sky_sigma, survey

__all__ = [
    "MORPHOLOGIES",
    "RENDER_COLUMNS",
    "SURVEYS",
    "Gaussian",
    "Moffat",
    "Survey",
    "add_noise",
    "elliptical_radius",
    "half_light_radius",
    "render_galaxies",
    "sersic_profile",
    "signal_to_noise",
    "simulate_morphologies",
    "sky_sigma",
    "survey",
]
