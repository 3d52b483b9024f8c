"""Photometry: flux by adding pixels."""

import numpy as np
from jaxtyping import Float

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


def log_flux(flux_adu: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """Return log10 of the flux; noise can make it negative, so what is below 1 ADU counts as 1.

    Examples
    --------
    >>> log_flux(np.asarray([-3.0, 1000.0]))
    array([0., 3.])
    """
    return np.log10(np.maximum(flux_adu, FAINTEST_ADU))
