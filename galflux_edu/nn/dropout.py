"""Dropout: a network that cannot rely on any single feature."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace, uniform
from .layer import Params, Shape


@dataclass(frozen=True)
class Dropout:
    r"""Set each number to zero with probability `rate` and scale up the rest.

    .. math:: y = m\,x / (1 - r), \qquad dx = m\,dy / (1 - r), \qquad m \sim \text{Bernoulli}(1 - r)

    The division keeps the mean of y at x (inverted dropout), so that evaluation, ``key=None``, is
    simply ``y = x``. The same key drops the same numbers again.

    Parameters
    ----------
    rate
        Probability r of being dropped, at least 0 and below 1.

    References
    ----------
    Srivastava et al. 2014, *Dropout: a simple way to prevent neural networks from overfitting*,
    JMLR 15, 1929, section 4 (equations) and 10 (the scaling).
    """

    rate: float | int

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise ValueError(f"Dropout: needed a rate of at least 0 and below 1; got {self.rate}")

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return no parameters and the same shape."""
        return {}, shape

    def _mask(self, kept: Any, x: Array) -> Array:
        xp = array_namespace(x)
        return xp.where(kept, x / (1 - self.rate), xp.zeros((), dtype=x.dtype))

    def forward(
        self, params: Params, x: Float[Array, "*shape"], key: Any = None
    ) -> tuple[Float[Array, "*shape"], Any]:
        """Return y and which numbers were kept (None: all of them, unscaled)."""
        if key is None:
            return x, None
        kept = uniform(key, x) >= self.rate
        return self._mask(kept, x), kept

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "*shape"]
    ) -> tuple[Float[Array, "*shape"], Params]:
        """Return dx, with the same numbers dropped."""
        return (dy if saved is None else self._mask(saved, dy)), {}
