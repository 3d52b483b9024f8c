r"""The landscape of *Where is the edge?*: how well a galaxy of some flux and radius fits a picture.

With the picture d, its noise sigma, and a galaxy of unit flux and radius R as the survey sees it,
:math:`u_p(R)`, the mean squared misfit of N pixels

.. math:: L(F, R) = \frac{1}{N} \sum_p \frac{(d_p - F u_p(R))^2}{\sigma^2}
                  = \frac{C - 2 F B(R) + F^2 A(R)}{N}

needs the picture only in three sums: :math:`A = \sum u^2/\sigma^2`, :math:`B = \sum u d/\sigma^2`
and :math:`C = \sum d^2/\sigma^2`. A and B are drawn at many radii once; cubic splines in log R give
them, and their derivatives, everywhere between. So the gradient is exact and a step costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from .. import sky
from ..engine import normal, random_key

PIXELS = 48
RADII_ARCSEC = np.geomspace(0.15, 8.0, 120)


@dataclass(frozen=True)
class Landscape:
    """The misfit of one picture as a function of flux and radius.

    Parameters
    ----------
    picture
        Noisy counts in ADU, (H, W).
    templates
        Galaxies of unit flux at `RADII_ARCSEC`, (radii, H, W).
    sky_sigma_adu
        Noise of a pixel.
    """

    picture: Float[np.ndarray, "H W"]
    templates: Float[np.ndarray, "radii H W"]
    sky_sigma_adu: float

    @cached_property
    def _sums(self) -> tuple[CubicSpline, CubicSpline, float]:
        variance, x = self.sky_sigma_adu**2, np.log(RADII_ARCSEC)
        squares = np.einsum("rhw,rhw->r", self.templates, self.templates) / variance
        products = np.einsum("rhw,hw->r", self.templates, self.picture) / variance
        return (
            CubicSpline(x, squares),
            CubicSpline(x, products),
            float(np.sum(self.picture**2) / variance),
        )

    def misfit(self, flux_adu: Any, half_light_arcsec: Any) -> Any:
        """Return L at one point or at many; about 1 where the galaxy fits."""
        squares, products, rest = self._sums
        x = np.log(half_light_arcsec)
        total = rest - 2 * flux_adu * products(x) + flux_adu**2 * squares(x)
        return total / self.picture.size

    def gradient(self, flux_adu: float, half_light_arcsec: float) -> tuple[float, float]:
        """Return the derivatives of L with respect to flux and radius."""
        squares, products, _ = self._sums
        x = np.log(half_light_arcsec)
        by_flux = 2 * (flux_adu * squares(x) - products(x))
        by_log_radius = flux_adu**2 * squares(x, 1) - 2 * flux_adu * products(x, 1)
        return (
            float(by_flux) / self.picture.size,
            float(by_log_radius) / half_light_arcsec / self.picture.size,
        )

    def template(self, half_light_arcsec: float) -> Float[np.ndarray, "H W"]:
        """Return the drawn galaxy whose radius is nearest."""
        return self.templates[np.argmin(np.abs(np.log(RADII_ARCSEC / half_light_arcsec)))]


def make_landscape(
    flux_adu: float,
    half_light_arcsec: float,
    sersic_n: float,
    sky_sigma_adu: float,
    seed: int,
    engine: str = "jax",
) -> Landscape:
    """Return the landscape of a simulated galaxy; everything but flux and radius is known."""
    survey = sky.survey("hsc").with_stamp(PIXELS)
    radii = np.append(RADII_ARCSEC, half_light_arcsec)
    same = {"sersic_idx_d": sersic_n, "axis_ratio_d": 0.7, "PA_d": 30.0, "flux_frac_d": 1.0}
    columns = {"total_flux": np.ones(len(radii)), "R_e_d": radii}
    columns |= {name: np.full(len(radii), value) for name, value in same.items()}
    unit = survey.render(columns, engine).astype(np.float64)
    noise = sky_sigma_adu * normal(random_key(seed, "numpy"), unit[-1])
    return Landscape(flux_adu * unit[-1] + noise, unit[:-1], sky_sigma_adu)


def descend(
    landscape: Landscape,
    optimiser: Any,
    start: tuple[float, float],
    steps: int,
    *,
    logarithmic: bool,
) -> Float[np.ndarray, "points 2"]:
    """Return the path of an optimiser over the landscape, from `start` on: flux and radius.

    Parameters
    ----------
    landscape
        The landscape.
    optimiser
        One of `galflux_edu.optim`.
    start
        Flux in ADU and radius in arcsec.
    steps
        How many, at most: the path ends where it leaves the landscape.
    logarithmic
        Whether the parameters are log10 flux and log10 radius, which are of one size, or flux in
        ADU and radius in arcsec.
    """
    now = _parameters(start, logarithmic)
    state = optimiser.init(now)
    path = [start]
    for _ in range(steps):
        flux, radius = _physical(now, logarithmic)
        by_flux, by_radius = landscape.gradient(flux, radius)
        if logarithmic:
            by_flux, by_radius = by_flux * flux * np.log(10), by_radius * radius * np.log(10)
        grads = {"flux": np.asarray(by_flux), "radius": np.asarray(by_radius)}
        now, state = optimiser.step(now, grads, state)
        with np.errstate(over="ignore"):
            flux, radius = _physical(now, logarithmic)
        inside = RADII_ARCSEC[0] < radius < RADII_ARCSEC[-1] and 0 < flux < 1e3 * start[0]
        if not inside:
            break
        path.append((flux, radius))
    return np.asarray(path)


def _parameters(point: tuple[float, float], logarithmic: bool) -> dict[str, np.ndarray]:
    values = np.log10(point) if logarithmic else np.asarray(point)
    return {"flux": np.asarray(values[0]), "radius": np.asarray(values[1])}


def _physical(now: Mapping[str, Any], logarithmic: bool) -> tuple[float, float]:
    values = np.stack([now["flux"], now["radius"]])
    flux, radius = 10.0**values if logarithmic else values
    return float(flux), float(radius)
