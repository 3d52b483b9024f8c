"""Point-spread functions, round and of unit flux, given by their full width at half maximum.

Each knows four things: its surface brightness, its Fourier transform, how much of its light
falls outside a radius, and the width of its core.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace

FWHM_PER_SIGMA = 2 * math.sqrt(2 * math.log(2))


@dataclass(frozen=True)
class Gaussian:
    r"""A Gaussian PSF.

    .. math:: I(r) = \frac{1}{2\pi\sigma^2} e^{-r^2/2\sigma^2}, \qquad
              \hat I(k) = e^{-k^2\sigma^2/2}

    Parameters
    ----------
    fwhm_arcsec
        Full width at half maximum, :math:`2\sqrt{2\ln 2}\,\sigma`, in arcsec.
    """

    fwhm_arcsec: float

    def profile(self, r: Float[Array, "..."], fwhm: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return the light per square arcsec at radius `r` of PSFs of width `fwhm`."""
        xp = array_namespace(r, fwhm)
        sigma = fwhm / FWHM_PER_SIGMA
        return xp.exp(-0.5 * (r / sigma) ** 2) / (2 * math.pi * sigma**2)

    def transform(self, k: Float[Array, "..."], fwhm: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return the Fourier amplitude at wavenumber `k` (radian per arcsec)."""
        xp = array_namespace(k, fwhm)
        return xp.exp(-0.5 * (k * fwhm / FWHM_PER_SIGMA) ** 2)

    def flux_outside(
        self, r: Float[Array, "..."], fwhm: Float[Array, "..."]
    ) -> Float[Array, "..."]:
        """Return the fraction of the light outside radius `r`."""
        xp = array_namespace(r, fwhm)
        return xp.exp(-0.5 * (r * FWHM_PER_SIGMA / fwhm) ** 2)


@dataclass(frozen=True)
class Moffat:
    r"""A Moffat PSF: a core like the atmosphere's and power-law wings.

    .. math:: I(r) = \frac{\beta - 1}{\pi\alpha^2}\left(1 + r^2/\alpha^2\right)^{-\beta}, \qquad
              \hat I(k) = \frac{2}{\Gamma(\beta - 1)} \left(\frac{k\alpha}{2}\right)^{\beta - 1}
              K_{\beta - 1}(k\alpha)

    with :math:`\alpha = \mathrm{FWHM} / (2\sqrt{2^{1/\beta} - 1})`.

    Parameters
    ----------
    fwhm_arcsec
        Full width at half maximum in arcsec.
    beta
        Slope of the wings, above 1.

    References
    ----------
    Moffat (1969), A&A 3, 455; Trujillo et al. (2001), MNRAS 328, 977, eqs. 2 and 4.
    """

    fwhm_arcsec: float
    beta: float

    @property
    def alpha_per_fwhm(self) -> float:
        """Return the scale radius for a FWHM of one."""
        return 0.5 / math.sqrt(2 ** (1 / self.beta) - 1)

    def profile(self, r: Float[Array, "..."], fwhm: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return the light per square arcsec at radius `r` of PSFs of width `fwhm`."""
        alpha = fwhm * self.alpha_per_fwhm
        return (self.beta - 1) / (math.pi * alpha**2) * (1 + (r / alpha) ** 2) ** -self.beta

    def transform(self, k: Float[Array, "..."], fwhm: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return the Fourier amplitude at wavenumber `k` (radian per arcsec), read from a table."""
        xp = array_namespace(k, fwhm)
        table = xp.asarray(_moffat_table(self.beta), dtype=k.dtype)
        points = table.shape[0]
        position = k * (fwhm * self.alpha_per_fwhm) * ((points - 1) / _MOFFAT_MAX)
        position = xp.clip(position, 0.0, points - 1.001)
        cell = xp.astype(position, xp.int32)
        fraction = position - xp.astype(cell, position.dtype)
        left, right = (xp.take(table, xp.reshape(cell + i, (-1,))) for i in (0, 1))
        return xp.reshape(left, cell.shape) + fraction * xp.reshape(right - left, cell.shape)

    def flux_outside(
        self, r: Float[Array, "..."], fwhm: Float[Array, "..."]
    ) -> Float[Array, "..."]:
        """Return the fraction of the light outside radius `r`."""
        return (1 + (r / (fwhm * self.alpha_per_fwhm)) ** 2) ** (1 - self.beta)


_MOFFAT_MAX = 40.0  # k alpha beyond which the transform is below 1e-15


@lru_cache(maxsize=8)
def _moffat_table(beta: float, points: int = 8192) -> np.ndarray:
    from scipy.special import gamma, kv

    x = np.linspace(0, _MOFFAT_MAX, points)[1:]
    values = 2 / gamma(beta - 1) * (x / 2) ** (beta - 1) * kv(beta - 1, x)
    return np.concatenate([[1.0], values])
