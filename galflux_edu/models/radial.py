"""A picture as a curve of growth: how much light lies in each ring, and how lopsided it is."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from ..nn.layer import Params, Shape, empty_batch_like, require_image

_SPACING = 1.6  # rings are narrow in the middle, where the light is


@dataclass(frozen=True)
class RadialMoments:
    r"""Sum each image over rings around its centre, plainly and with angular weights.

    With :math:`h_k(r)` the hat functions of K radii (they overlap and add up to one at every
    pixel, so that the first K outputs add up to the sum of all pixels)

    .. math:: z_{km} = \sum_p x_p\, h_k(r_p)\, e^{i m \theta_p}, \qquad
              y = (z_{k0},\ |z_{k2}|,\ |z_{k4}|)

    Turning the galaxy turns the phase of z alone, so y does not see the angle of a galaxy; the
    order 2 tells a flat one from a round one. The sums are linear, their weights fixed. Where
    :math:`z = 0` the modulus has no derivative, and zero is taken.

    Parameters
    ----------
    rings
        Number of radii K, from the centre to the corner.
    orders
        Orders m > 0 beside m = 0; the output has K (1 + len(orders)) features.
    """

    rings: int = 23
    orders: tuple[int, ...] = (2, 4)

    def __post_init__(self) -> None:
        if self.rings < 2:
            raise ValueError(f"RadialMoments: needed at least 2 rings; got {self.rings}")

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return no parameters and the number of features."""
        *_, channels = require_image("RadialMoments", shape)
        return {}, (self.rings * (1 + len(self.orders)) * channels,)

    def forward(
        self, params: Params, x: Float[Array, "N H W C"], key: Any = None
    ) -> tuple[Float[Array, "N D"], Any]:
        """Return y, and Re z, Im z and the modulus of z for the orders above 0."""
        xp = array_namespace(x)
        n, height, width, channels = x.shape
        weights = xp.asarray(_weights(height, width, self.rings, self.orders), dtype=x.dtype)
        pixels = xp.reshape(xp.permute_dims(x, (0, 3, 1, 2)), (n * channels, height * width))
        z = xp.reshape(pixels @ weights, (n * channels, 1 + 2 * len(self.orders), self.rings))
        plain, even, odd = self._split(z)
        modulus = xp.sqrt(even * even + odd * odd)
        y = xp.concat([plain, modulus], axis=1)
        return xp.reshape(y, (n, -1)), (even, odd, modulus, empty_batch_like(x))

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N D"]
    ) -> tuple[Float[Array, "N H W C"], Params]:
        r"""Return dx: :math:`d\,\mathrm{Re} z = dy\,\mathrm{Re} z / |z|`, likewise Im."""
        xp = array_namespace(dy)
        even, odd, modulus, shape_of_x = saved
        _, height, width, channels = shape_of_x.shape
        dy = xp.reshape(dy, (-1, 1 + len(self.orders), self.rings))
        plain, slope = dy[:, :1, :], dy[:, 1:, :]
        slope = xp.where(modulus > 0, slope, 0) / xp.where(modulus > 0, modulus, 1)
        dz = xp.concat([plain, slope * even, slope * odd], axis=1)
        dz = xp.reshape(dz, (dy.shape[0], -1))
        weights = xp.asarray(_weights(height, width, self.rings, self.orders), dtype=dy.dtype)
        dx = xp.reshape(dz @ xp.matrix_transpose(weights), (-1, channels, height, width))
        return xp.permute_dims(dx, (0, 2, 3, 1)), {}

    def _split(self, z: Float[Array, "B M K"]) -> list[Float[Array, "B _ K"]]:
        """Return z of order 0, then the real and the imaginary parts of the others."""
        imaginary = 1 + len(self.orders)
        return [z[:, :1, :], z[:, 1:imaginary, :], z[:, imaginary:, :]]


@lru_cache(maxsize=8)
def _weights(height: int, width: int, rings: int, orders: tuple[int, ...]) -> np.ndarray:
    """Return the weight of each pixel in each sum, (H W, rings (1 + 2 len(orders)))."""
    y, x = np.mgrid[:height, :width]
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    r, angle = np.hypot(y, x).ravel(), np.arctan2(y, x).ravel()
    radii = np.linspace(0, 1, rings) ** _SPACING * max(r.max(), 1)
    hats = np.stack([np.interp(r, radii, unit) for unit in np.eye(rings)], axis=1)
    waves = [wave(m * angle)[:, None] for wave in (np.cos, np.sin) for m in orders]
    return np.concatenate([hats, *(hats * wave for wave in waves)], axis=1)
