"""The contract every layer keeps, and the few lines that several layers share."""

import math
from typing import Any, Protocol, runtime_checkable

import numpy as np

from ..engine import Array, tree_leaves
from ..errors import InputError

Params = dict[str, Any]  # arrays by name, nested where layers are nested
Shape = tuple[int, ...]  # of ONE example, without the batch axis


@runtime_checkable
class Layer(Protocol):
    """A differentiable function with parameters.

    `forward` computes ``y = f(params, x)`` for a whole batch and returns beside it the residuals
    `saved`, the least that `backward` needs. `backward` applies the transposed Jacobian: from
    ``dy = dL/dy`` it makes ``dx = dL/dx`` and ``grads = dL/dparams``, a tree shaped like `params`.
    Nothing is stored in the layer itself, so the same layer can run, be compiled and be checked
    anywhere.
    """

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Draw parameters for examples of `shape`; return them with the shape of one output."""

    def forward(self, params: Params, x: Array, key: Any = None) -> tuple[Array, Any]:
        """Return ``(y, saved)``; a `key` switches randomness (dropout) on, None means evaluate."""

    def backward(self, params: Params, saved: Any, dy: Array) -> tuple[Array, Params]:
        """Return ``(dx, grads)``."""


def normal_weights(
    rng: np.random.Generator, shape: Shape, fan_in: int, variance: float
) -> np.ndarray:
    r"""Draw float32 weights from :math:`\mathcal N(0, \mathtt{variance} / \mathtt{fan\_in})`.

    A sum of `fan_in` products then has about the size of one input, so that signals neither fade
    nor explode with depth. Variance 2 makes up for the half of them that a ReLU cuts off
    (He et al. 2015, `arXiv:1502.01852 <https://arxiv.org/abs/1502.01852>`_, eq. 10).
    """
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(math.sqrt(variance / fan_in))


def count_parameters(params: Params) -> int:
    """Return how many numbers a tree of parameters holds.

    Examples
    --------
    >>> count_parameters({"weight": np.zeros((3, 2)), "bias": np.zeros(2)})
    8
    """
    return sum(math.prod(leaf.shape) for leaf in tree_leaves(params))


def require_image(where: str, shape: Shape) -> tuple[int, int, int]:
    """Return `shape` if it is that of an image, (H, W, C).

    Raises
    ------
    InputError
        If it is not.
    """
    if len(shape) != 3 or min(shape) < 1:
        raise InputError(f"{where}: needed images of shape (H, W, C); got {shape}")
    return shape


def empty_batch_like(x: Array) -> Array:
    """Return an empty array that remembers the shape of `x` but for the batch.

    Residuals must be arrays, or they could not leave a compiled function; plain numbers could not
    come back as a shape.
    """
    return x[:0, ...]
