"""A shortcut around layers, so that they only have to learn what is missing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from ..errors import InputError
from .layer import Layer, Params, Shape


@dataclass(frozen=True)
class Residual:
    r"""Add the first F inputs to the F outputs of a layer: :math:`y = f(x) + x_{1 \dots F}`.

    .. math:: dx = f'(x)^T dy + (dy, 0, \dots)

    Parameters
    ----------
    layer
        f, from D to F <= D features. Its parameters are those of the Residual.

    References
    ----------
    He et al. 2016, `arXiv:1512.03385 <https://arxiv.org/abs/1512.03385>`_, eq. 1.
    """

    layer: Layer

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Draw the layer's parameters."""
        params, out = self.layer.init(rng, shape)
        if len(shape) != 1 or len(out) != 1 or out > shape:
            raise InputError(
                "Residual: needed a layer from some features to as many or fewer; "
                f"got {shape} to {out}"
            )
        return params, out

    def forward(
        self, params: Params, x: Float[Array, "N D"], key: Any = None
    ) -> tuple[Float[Array, "N F"], Any]:
        """Return y and what the layer saved."""
        y, saved = self.layer.forward(params, x, key)
        return y + x[:, : y.shape[1]], saved

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N F"]
    ) -> tuple[Float[Array, "N D"], Params]:
        """Return dx and the layer's gradients."""
        xp = array_namespace(dy)
        dx, grads = self.layer.backward(params, saved, dy)
        rest = xp.zeros_like(dx[:, dy.shape[1] :])
        return dx + xp.concat([dy, rest], axis=1), grads
