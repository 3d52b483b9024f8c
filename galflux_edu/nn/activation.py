"""Activations: a fixed curve applied to every number by itself.

Without them a network of many layers would be no more than one matrix.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from .layer import Params, Shape


@dataclass(frozen=True)
class _Activation:
    """What all activations share: no parameters, the shape unchanged."""

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return no parameters and the same shape."""
        return {}, shape


@dataclass(frozen=True)
class ReLU(_Activation):
    r"""Cut off what is negative, :math:`y = \max(x, 0)`.

    .. math:: dx = dy \text{ where } x > 0, \text{ else } 0

    At x = 0 the derivative is taken as 0, as in PyTorch.
    """

    def forward(
        self, params: Params, x: Float[Array, "*shape"], key: Any = None
    ) -> tuple[Float[Array, "*shape"], Any]:
        """Return y and where x is positive."""
        xp = array_namespace(x)
        return xp.maximum(x, xp.zeros((), dtype=x.dtype)), x > 0

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "*shape"]
    ) -> tuple[Float[Array, "*shape"], Params]:
        """Return dx."""
        xp = array_namespace(dy)
        return xp.where(saved, dy, xp.zeros((), dtype=dy.dtype)), {}


@dataclass(frozen=True)
class Tanh(_Activation):
    r"""Squash into (-1, 1), :math:`y = \tanh x`.

    .. math:: dx = (1 - y^2)\,dy
    """

    def forward(
        self, params: Params, x: Float[Array, "*shape"], key: Any = None
    ) -> tuple[Float[Array, "*shape"], Any]:
        """Return y twice: the derivative is a function of y alone."""
        y = array_namespace(x).tanh(x)
        return y, y

    def backward(
        self, params: Params, saved: Float[Array, "*shape"], dy: Float[Array, "*shape"]
    ) -> tuple[Float[Array, "*shape"], Params]:
        """Return dx."""
        return (1 - saved * saved) * dy, {}


def sigmoid(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    r"""Compute :math:`1 / (1 + e^{-x})` without overflow.

    For negative x it is :math:`e^x / (1 + e^x)`, so the exponential never exceeds one.

    Examples
    --------
    >>> sigmoid(np.asarray([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    xp = array_namespace(x)
    small = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, xp.ones((), dtype=x.dtype), small) / (1 + small)


@dataclass(frozen=True)
class Sigmoid(_Activation):
    r"""Squash into (0, 1), :math:`y = \sigma(x) = 1 / (1 + e^{-x})`.

    .. math:: dx = y\,(1 - y)\,dy
    """

    def forward(
        self, params: Params, x: Float[Array, "*shape"], key: Any = None
    ) -> tuple[Float[Array, "*shape"], Any]:
        """Return y twice: the derivative is a function of y alone."""
        y = sigmoid(x)
        return y, y

    def backward(
        self, params: Params, saved: Float[Array, "*shape"], dy: Float[Array, "*shape"]
    ) -> tuple[Float[Array, "*shape"], Params]:
        """Return dx."""
        return saved * (1 - saved) * dy, {}
