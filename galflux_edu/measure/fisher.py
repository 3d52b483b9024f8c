"""How well could anyone measure the flux?  Fisher information and the Cramer-Rao bound."""

import math

import numpy as np
from jaxtyping import Float

from ..engine import Table
from ..sky import RENDER_COLUMNS, Survey, sky_sigma

_STEP = 0.01  # of a parameter's range; central differences
_BATCH = 64  # galaxies at a time: the derivatives of one take a megabyte


def cramer_rao_bound(
    galaxies: Table, survey: Survey, engine: str = "jax"
) -> Float[np.ndarray, " N"]:
    r"""Return the Cramer-Rao bound on the variance of log10 flux, galaxy by galaxy.

    With the noiseless image :math:`I_p(\theta)` and the pixel variance
    :math:`\sigma_p^2 = \sigma_\mathrm{sky}^2 + I_p / g`, no unbiased estimator has a variance below

    .. math:: \left[ \left( \sum_p \frac{1}{\sigma_p^2}
              \frac{\partial I_p}{\partial \theta_a} \frac{\partial I_p}{\partial \theta_b}
              + \frac{12\,\delta_{ab}}{w_a^2} \right)^{-1} \right]_{FF}

    All parameters are unknown together. A parameter is known beforehand to lie in the range of
    width w that the survey draws from, which is counted as a Gaussian prior of the same variance,
    :math:`w^2/12`; for the flux there is none.

    Parameters
    ----------
    galaxies
        Catalogue columns.
    survey
        Pixels, PSF, noise and ranges.
    engine
        Where to render.

    Returns
    -------
    array (N,) of variances in dex squared.

    References
    ----------
    Tegmark, Taylor & Heavens (1997), ApJ 480, 22, eqs. 13-15; the prior as in van Trees (1968).
    """
    columns = {n: np.asarray(galaxies[n], float) for n in RENDER_COLUMNS if n in galaxies}
    sigma = sky_sigma(galaxies, survey)
    parts = []
    for start in range(0, len(sigma), _BATCH):
        rows = slice(start, start + _BATCH)
        part = {name: column[rows] for name, column in columns.items()}
        parts.append(_bound(part, sigma[rows], survey, engine))
    return np.concatenate(parts)


def _bound(part: dict, sigma: np.ndarray, survey: Survey, engine: str) -> np.ndarray:
    images = survey.render(part, engine).astype(np.float64)
    weight = 1 / (sigma[:, None, None] ** 2 + np.maximum(images, 0) / survey.electrons_per_adu)
    # In units of d log10(F) and of each range's width, all elements are of one order.
    slopes = [math.log(10) * images]
    for name, (low, high) in survey.ranges.items():
        up, down = (
            survey.render(_shifted(part, name, sign * _STEP * (high - low)), engine)
            for sign in (1, -1)
        )
        slopes.append((up - down).astype(np.float64) / (2 * _STEP))
    gradient = np.stack(slopes, axis=1).reshape(len(sigma), len(slopes), -1)
    fisher = (gradient * weight.reshape(len(sigma), 1, -1)) @ gradient.transpose(0, 2, 1)
    prior = np.diag([0.0] + [12.0] * len(survey.ranges))
    return np.linalg.inv(fisher + prior)[:, 0, 0]


def _shifted(part: dict, name: str, step: float) -> dict:
    """Return the galaxies with one parameter changed, and with it what hangs on it."""
    part = part | {name: part[name] + step}
    if name == "flux_frac_b":
        part["flux_frac_d"] = part["flux_frac_d"] - step
    if name == "PA_d":  # the bulge keeps its angle to the disk
        part["PA_b"] = part["PA_b"] + step
    return part
