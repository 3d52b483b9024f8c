"""Photometry: flux by adding pixels."""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from ..errors import InputError

FAINTEST_ADU = 1.0


def pixel_sum(images: Float[np.ndarray, "N H W"]) -> Float[np.ndarray, " N"]:
    r"""Return the flux of each stamp as the sum of its pixels, :math:`F = \sum_p I_p`.

    The baseline that needs no learning. Its noise is :math:`\sigma\sqrt{HW}` from the sky alone,
    and it misses the light outside the stamp.

    Parameters
    ----------
    images
        Background-subtracted images in ADU.

    Returns
    -------
    array (N,) in ADU, float64.
    """
    return np.sum(images, axis=(1, 2), dtype=np.float64)


_SUBROWS = 64  # of a pixel; along a row the overlap is exact


@lru_cache
def aperture_weights(pixels: int, radius_pixels: float) -> Float[np.ndarray, "H W"]:
    """Return what fraction of each pixel of a stamp lies inside a circle about its centre.

    Parameters
    ----------
    pixels
        Width and height of the stamp.
    radius_pixels
        Radius of the circle in pixels, above 0; what reaches beyond the stamp is lost.

    Examples
    --------
    >>> aperture_weights(3, 1.5).round(2).tolist()
    [[0.55, 0.97, 0.55], [0.97, 1.0, 0.97], [0.55, 0.97, 0.55]]
    """
    y = (np.arange(pixels * _SUBROWS) + 0.5) / _SUBROWS - pixels / 2
    half_chord = np.sqrt(np.maximum(radius_pixels**2 - y**2, 0))[:, None]
    edges = np.arange(pixels + 1) - pixels / 2
    inside = np.diff(np.clip(edges, -half_chord, half_chord), axis=1)
    return inside.reshape(pixels, _SUBROWS, pixels).mean(axis=1)


def aperture_sum(
    images: Float[np.ndarray, "N H H"], radius_pixels: float
) -> Float[np.ndarray, " N"]:
    r"""Return the light inside a circle about the centre, :math:`F = \sum_p w_p I_p`.

    Its sky noise is :math:`\sigma r\sqrt\pi`, less than that of the whole stamp; in exchange it
    misses the light of the outskirts. Which radius is best depends on the noise.

    Parameters
    ----------
    images
        Background-subtracted images in ADU, the galaxy at the centre of the stamp.
    radius_pixels
        Radius of the circle in pixels.

    Returns
    -------
    array (N,) in ADU, float64.

    References
    ----------
    Howell (1989), PASP 101, 616, on the choice of the radius.
    """
    if not radius_pixels > 0:
        raise InputError(f"aperture_sum: needed a radius above 0 pixels; got {radius_pixels}")
    weights = aperture_weights(images.shape[1], float(radius_pixels))
    return np.tensordot(images.astype(np.float64), weights, axes=2)


def log_flux(flux_adu: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "*batch"]:
    """Return log10 of the flux; noise can make it negative, so what is below 1 ADU counts as 1.

    Examples
    --------
    >>> log_flux(np.asarray([-3.0, 1000.0]))
    array([0., 3.])
    """
    return np.log10(np.maximum(flux_adu, FAINTEST_ADU))
