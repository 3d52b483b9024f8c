"""From images to rows of numbers."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from .layer import Params, Shape, empty_batch_like


@dataclass(frozen=True)
class Flatten:
    """Lay the axes of each example out in one row, the last axis (the channel) running fastest.

    The numbers are only regrouped, so the backward pass groups dy as x was.
    """

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return no parameters and the length of the row."""
        return {}, (math.prod(shape),)

    def forward(
        self, params: Params, x: Float[Array, "N ..."], key: Any = None
    ) -> tuple[Float[Array, "N D"], Any]:
        """Return y and the shape of x."""
        row = math.prod(x.shape[1:])
        return array_namespace(x).reshape(x, (x.shape[0], row)), empty_batch_like(x)

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N D"]
    ) -> tuple[Float[Array, "N ..."], Params]:
        """Return dx."""
        return array_namespace(dy).reshape(dy, (dy.shape[0], *saved.shape[1:])), {}
