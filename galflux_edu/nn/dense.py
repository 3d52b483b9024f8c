"""The dense (fully connected) layer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from ..errors import InputError
from .layer import Params, Shape, normal_weights


@dataclass(frozen=True)
class Dense:
    r"""Compute :math:`y = x W + b`, every output a weighted sum of every input.

    .. math:: dx = dy\,W^T, \qquad dW = x^T dy, \qquad db = \sum_n dy_n

    Parameters
    ----------
    features
        Number of outputs F. ``weight`` has shape (D, F), ``bias`` (F,).
    weight_variance
        The weights start as N(0, weight_variance / D): 2 in front of a ReLU, 1 elsewhere.
    """

    features: int
    weight_variance: float | int = 2.0

    def __post_init__(self) -> None:
        if self.features < 1:
            raise ValueError(f"Dense: needed at least 1 feature; got {self.features}")

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Draw the weights; the biases start at zero."""
        if len(shape) != 1:
            raise InputError(
                f"Dense: needed examples of shape (features,); got {shape} (put Flatten before it)"
            )
        weight = normal_weights(rng, (shape[0], self.features), shape[0], self.weight_variance)
        bias = np.zeros(self.features, dtype=np.float32)
        return {"weight": weight, "bias": bias}, (self.features,)

    def forward(
        self, params: Params, x: Float[Array, "N D"], key: Any = None
    ) -> tuple[Float[Array, "N F"], Any]:
        """Return y and x, which the weights' gradient needs."""
        return x @ params["weight"] + params["bias"], x

    def backward(
        self, params: Params, saved: Float[Array, "N D"], dy: Float[Array, "N F"]
    ) -> tuple[Float[Array, "N D"], Params]:
        """Return dx, dW and db."""
        xp = array_namespace(dy)
        weight = xp.matrix_transpose(saved) @ dy
        return dy @ xp.matrix_transpose(params["weight"]), {
            "weight": weight,
            "bias": xp.sum(dy, axis=0),
        }
