"""The Sersic profile: on the sky, in Fourier space, and how much light lies where.

Sersic (1963):  I(r) = I_0 exp(-b_n (r / r_e)^(1/n)),
of total flux   2 pi n b_n^(-2n) Gamma(2n) r_e^2 I_0.

An ellipse of axis ratio q and position angle PA keeps the area of the circle: its semi-axes are
r_e / sqrt(q) and r_e sqrt(q). PA is measured from the +x axis (to the right, along a row)
towards +y (along a column, with growing row number), as in GalSim's ``shear(q=q, beta=PA)``.
"""

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from ..engine import Array, Table, array_namespace
from ..special import gamma_p, log_gamma, sersic_b

SERSIC_N_RANGE = (0.5, 6.0)
_LOG_K_RANGE = (math.log(1e-4), math.log(4e3))  # k r_e that the table covers
_LOG_K_POINTS = 2048
_CHEBYSHEV_TERMS = 24  # in 1/n; interpolates the table over the index to 1e-7

# The trapezoid rule on the Mellin-Barnes line Re(s) = 1: spectrally accurate, 1e-11 in all.
_MELLIN_STEP, _MELLIN_POINTS = 0.125, 600


def sersic_profile(
    r: Float[Array, "..."],
    sersic_n: Float[Array, "..."],
    half_light_arcsec: Float[Array, "..."],
) -> Float[Array, "..."]:
    r"""Return the surface brightness of a Sersic profile of unit flux.

    .. math:: I(r) = \frac{b_n^{2n}}{2\pi n \Gamma(2n) r_e^2}
              \exp\left[-b_n (r/r_e)^{1/n}\right]

    Parameters
    ----------
    r
        Radius in arcsec, not negative; for an ellipse the `elliptical_radius`.
    sersic_n
        Sersic index, 0.5 to 6.
    half_light_arcsec
        Half-light radius in arcsec.

    Returns
    -------
    array, flux per square arcsec.

    References
    ----------
    Graham & Driver (2005), PASA 22, 118, eqs. 1 and 4.
    """
    xp = array_namespace(r, sersic_n, half_light_arcsec)
    b = sersic_b(sersic_n)
    log_norm = 2.0 * sersic_n * xp.log(b) - log_gamma(2.0 * sersic_n) - xp.log(sersic_n)
    tiny = 1e-12  # log(0) at the centre
    log_radius = xp.log(r / half_light_arcsec + tiny)
    exponent = log_norm - b * xp.exp(log_radius / sersic_n)
    return xp.exp(exponent) / (2.0 * math.pi * half_light_arcsec**2)


def sersic_flux_outside(
    r: Float[Array, "..."],
    sersic_n: Float[Array, "..."],
    half_light_arcsec: Float[Array, "..."],
) -> Float[Array, "..."]:
    r"""Return the fraction of the light outside radius r: :math:`1 - P(2n, b_n (r/r_e)^{1/n})`."""
    xp = array_namespace(r, sersic_n, half_light_arcsec)
    x = sersic_b(sersic_n) * (r / half_light_arcsec) ** (1.0 / sersic_n)
    x = xp.where(x < 40.0, x, 0.0 * x + 40.0)  # beyond, nothing is left and the series is too short
    return 1.0 - gamma_p(2.0 * sersic_n, x)


def elliptical_radius(
    x: Float[Array, "..."],
    y: Float[Array, "..."],
    axis_ratio: Float[Array, "..."],
    angle_deg: Float[Array, "..."],
) -> Float[Array, "..."]:
    r"""Return the radius of the circle that the ellipse through (x, y) was before it was sheared.

    .. math:: r^2 = q\,u^2 + v^2 / q

    with u along the major axis and v along the minor axis; the area is conserved.

    Parameters
    ----------
    x, y
        Position in arcsec from the centre of the galaxy.
    axis_ratio
        q, minor over major axis, in (0, 1].
    angle_deg
        Position angle of the major axis in degrees from +x towards +y.
    """
    xp = array_namespace(x, y, axis_ratio, angle_deg)
    angle = angle_deg * (math.pi / 180)
    u = x * xp.cos(angle) + y * xp.sin(angle)
    v = y * xp.cos(angle) - x * xp.sin(angle)
    return xp.sqrt(axis_ratio * u * u + v * v / axis_ratio)


def sersic_second_moment(sersic_n: Float[Array, "..."]) -> Float[Array, "..."]:
    r"""Return :math:`\langle x^2 \rangle / r_e^2` of a circular Sersic profile.

    .. math:: \tfrac12 \frac{\Gamma(4n)}{b_n^{2n}\, \Gamma(2n)}
    """
    xp = array_namespace(sersic_n)
    log_ratio = log_gamma(4.0 * sersic_n) - log_gamma(2.0 * sersic_n)
    return 0.5 * xp.exp(log_ratio - 2.0 * sersic_n * xp.log(sersic_b(sersic_n)))


def sersic_transform(sersic_n: Float[np.ndarray, " n"], log_k: Float[np.ndarray, " k"]):
    r"""Return the Hankel transform of Sersic profiles of unit flux and unit half-light radius.

    .. math:: F(k) = \int_0^\infty I(r)\, J_0(kr)\, 2\pi r\, dr
              = \frac{1}{2\pi i} \int_{1 - i\infty}^{1 + i\infty}
              \frac{b^{2n - ns}\, \Gamma(ns)}{\Gamma(2n)}
              \frac{2^{1-s}\, \Gamma(1 - s/2)}{\Gamma(s/2)} k^{s-2} ds

    The Mellin transforms of the profile and of the Bessel function are both Gamma functions, so
    that one smooth, fast-decaying integral gives every index and every wavenumber.

    Parameters
    ----------
    sersic_n
        Sersic indices, at least 0.5.
    log_k
        Natural logarithm of wavenumber times half-light radius.

    Returns
    -------
    array (n, k); absolute error below 1e-10.

    References
    ----------
    DLMF 10.22.43 (Mellin transform of J_0).
    """
    from scipy.special import gammaincinv, loggamma

    n = np.asarray(sersic_n)[:, None]
    log_b = np.log(gammaincinv(2 * n, 0.5))
    t = _MELLIN_STEP * np.arange(_MELLIN_POINTS)
    s = 1 + 1j * t
    log_mellin = loggamma(n * s) + (2 * n - n * s) * log_b - loggamma(2 * n)
    log_bessel = loggamma(1 - s / 2) - loggamma(s / 2) + (1 - s) * math.log(2)
    weights = np.where(t > 0, 2, 1) * _MELLIN_STEP / (2 * math.pi)
    integral = (weights * np.exp(log_mellin + log_bessel)) @ np.exp(1j * np.outer(t, log_k))
    return integral.real * np.exp(-log_k)


@lru_cache(maxsize=1)
def _transform_table() -> np.ndarray:
    """Return the Chebyshev coefficients in 1/n of `sersic_transform` on a grid of log k."""
    points = np.polynomial.chebyshev.chebpts1(_CHEBYSHEV_TERMS)
    low, high = 1 / SERSIC_N_RANGE[1], 1 / SERSIC_N_RANGE[0]
    sersic_n = 1 / (low + (high - low) * (points + 1) / 2)
    values = sersic_transform(sersic_n, np.linspace(*_LOG_K_RANGE, _LOG_K_POINTS))
    vandermonde = np.polynomial.chebyshev.chebvander(points, _CHEBYSHEV_TERMS - 1)
    return np.linalg.solve(vandermonde, values)


def sersic_spectrum(
    sersic_n: Float[Array, " G"], k_radius: Float[Array, "G K"]
) -> Float[Array, "G K"]:
    """Return the Fourier amplitude of G Sersic profiles of unit flux, from a table.

    The table is a Chebyshev series in 1/n and is read linearly in log k, to 2e-5.

    Parameters
    ----------
    sersic_n
        Sersic indices, 0.5 to 6.
    k_radius
        Squared product of wavenumber and half-light radius, no unit.
    """
    xp = array_namespace(sersic_n, k_radius)
    low, high = 1 / SERSIC_N_RANGE[1], 1 / SERSIC_N_RANGE[0]
    angle = xp.acos(xp.clip((2.0 / sersic_n - low - high) / (high - low), -1.0, 1.0))
    order = xp.asarray(np.arange(_CHEBYSHEV_TERMS), dtype=sersic_n.dtype)
    basis = xp.cos(angle[:, None] * order)  # T_j(x) = cos(j arccos x)
    rows = basis @ xp.asarray(_transform_table(), dtype=sersic_n.dtype)

    start, stop = _LOG_K_RANGE
    per_point = (_LOG_K_POINTS - 1) / (stop - start)
    position = (0.5 * xp.log(k_radius + 1e-12) - start) * per_point
    position = xp.clip(position, 0.0, _LOG_K_POINTS - 1.001)
    cell = xp.astype(position, xp.int32)
    fraction = position - xp.astype(cell, position.dtype)
    left = xp.take_along_axis(rows, cell, axis=1)
    right = xp.take_along_axis(rows, cell + 1, axis=1)
    return left + fraction * (right - left)


def half_light_radius(columns: Table) -> np.ndarray:
    r"""Return R_e of the noiseless sum of the components in a circular aperture, in arcsec.

    An elliptical component has within a circle of radius R the light

    .. math:: E(R) = \frac{1}{2\pi} \int_0^{2\pi} \rho^{-2} P(2n, b_n (R\rho/r_e)^{1/n})\, d\theta,
              \qquad \rho^2 = q \cos^2\theta + \sin^2\theta / q

    and R_e is the root of the sum minus one half. The position angles do not matter.

    Parameters
    ----------
    columns
        Catalogue columns ``sersic_idx_d``, ``R_e_d`` (arcsec, circularised), ``axis_ratio_d``,
        ``flux_frac_d`` and the same with ``_b``.

    Returns
    -------
    array, one radius a galaxy.
    """
    from scipy.optimize import elementwise
    from scipy.special import gammainc, gammaincinv

    theta = (np.arange(16) + 0.5) * (math.pi / 32)  # a quarter of the circle is enough
    components = []
    for kind in ("d", "b"):
        n, radius, q, fraction = (
            np.asarray(columns[f"{name}_{kind}"], float)[:, None]
            for name in ("sersic_idx", "R_e", "axis_ratio", "flux_frac")
        )
        rho2 = q * np.cos(theta) ** 2 + np.sin(theta) ** 2 / q
        components.append((fraction, n, gammaincinv(2 * n, 0.5), np.sqrt(rho2) / radius, rho2))

    def excess(log_radius, row):
        total = -0.5
        for fraction, n, b, per_arcsec, rho2 in components:
            x = b[row] * (np.exp(log_radius)[:, None] * per_arcsec[row]) ** (1 / n[row])
            total = total + np.mean(fraction[row] * gammainc(2 * n[row], x) / rho2[row], axis=1)
        return total

    row = np.arange(len(components[0][0]))
    radii = np.stack([np.asarray(columns[f"R_e_{kind}"], float) for kind in ("d", "b")])
    bracket = np.log(radii.min(axis=0) / 10), np.log(radii.max(axis=0) * 10)
    return np.exp(elementwise.find_root(excess, bracket, args=(row,)).x)
