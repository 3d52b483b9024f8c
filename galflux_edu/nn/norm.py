"""Layer normalisation: every example brought to mean 0 and variance 1."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from ..errors import InputError
from .layer import Params, Shape


@dataclass(frozen=True)
class LayerNorm:
    r"""Normalise over the last axis, then scale and shift each of its D features.

    .. math:: y = g\,\hat x + b, \qquad \hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}

    with :math:`\mu` and :math:`\sigma^2` the mean and the (1/D) variance of the last axis. Both
    depend on x, which takes two means out of the gradient. With :math:`d\hat x = g\,dy`

    .. math:: dx = \frac{d\hat x - \overline{d\hat x} - \hat x\,\overline{\hat x\,d\hat x}}
                        {\sqrt{\sigma^2 + \epsilon}}

    Parameters
    ----------
    epsilon
        Keeps the division finite where all features are equal. ``weight`` (g) and ``bias`` (b)
        have shape (D,) and start at 1 and 0.

    References
    ----------
    Ba, Kiros & Hinton 2016, `arXiv:1607.06450 <https://arxiv.org/abs/1607.06450>`_, eq. 4.
    """

    epsilon: float = 1e-5

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return unit weights, zero biases and the same shape."""
        if not shape:
            raise InputError("LayerNorm: needed examples with at least one axis; got shape ()")
        ones = np.ones(shape[-1], dtype=np.float32)
        return {"weight": ones, "bias": np.zeros_like(ones)}, shape

    def forward(
        self, params: Params, x: Float[Array, "N *axes D"], key: Any = None
    ) -> tuple[Float[Array, "N *axes D"], Any]:
        """Return y, the normalised x and one over the standard deviation."""
        xp = array_namespace(x)
        centred = x - xp.mean(x, axis=-1, keepdims=True)
        variance = xp.mean(centred * centred, axis=-1, keepdims=True)
        inverse = 1 / xp.sqrt(variance + self.epsilon)
        normalised = centred * inverse
        return params["weight"] * normalised + params["bias"], (normalised, inverse)

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N *axes D"]
    ) -> tuple[Float[Array, "N *axes D"], Params]:
        """Return dx, dg and db."""
        xp = array_namespace(dy)
        normalised, inverse = saved
        d = params["weight"] * dy
        along = xp.mean(normalised * d, axis=-1, keepdims=True)
        dx = inverse * (d - xp.mean(d, axis=-1, keepdims=True) - normalised * along)
        batch = tuple(range(dy.ndim - 1))
        return dx, {"weight": xp.sum(dy * normalised, axis=batch), "bias": xp.sum(dy, axis=batch)}
