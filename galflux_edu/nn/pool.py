"""Pooling: replace every window by its largest value or by its mean."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace
from .layer import Params, Shape, empty_batch_like, require_image
from .windows import Pair, count_windows, fold, pair, unfold


@dataclass(frozen=True)
class _Pool2d:
    """The windows of both poolings."""

    size: int | Pair = 2
    stride: int | Pair | None = None

    def __post_init__(self) -> None:
        _ = self._windows  # refuses impossible sizes

    @property
    def _windows(self) -> tuple[Pair, Pair]:
        stride = self.size if self.stride is None else self.stride
        name = type(self).__name__
        return pair(f"{name} size", self.size, 1), pair(f"{name} stride", stride, 1)

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return no parameters and the pooled shape."""
        name = type(self).__name__
        height, width, channels = require_image(name, shape)
        return {}, (*count_windows(name, (height, width), *self._windows), channels)


@dataclass(frozen=True)
class MaxPool2d(_Pool2d):
    r"""Keep the largest value of every window, :math:`y = \max_k x_k`.

    .. math:: dx_k = dy \text{ for the first } k \text{ with } x_k = y, \text{ else } 0

    Where several values tie, the first in row-major order gets the whole gradient, as in PyTorch.
    (Ties are common: a ReLU in front makes many exact zeros.)

    Parameters
    ----------
    size
        Height and width of a window in pixels, one number or (height, width).
    stride
        Step from window to window; None means `size`, windows side by side. Rows and columns at
        the end that fill no whole window are left out.
    """

    def forward(
        self, params: Params, x: Float[Array, "N H W C"], key: Any = None
    ) -> tuple[Float[Array, "N Ho Wo C"], Any]:
        """Return y, the place of each maximum in its window, and the shape of x."""
        xp = array_namespace(x)
        tiles = unfold(x, *self._windows)
        winner = xp.astype(xp.argmax(tiles, axis=3), xp.int16)  # argmax takes the first of equals
        return xp.max(tiles, axis=3), (winner, empty_batch_like(x))

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N Ho Wo C"]
    ) -> tuple[Float[Array, "N H W C"], Params]:
        """Return dx, dy handed to the winner of each window."""
        xp = array_namespace(dy)
        winner, like = saved
        kernel, stride = self._windows
        place = xp.arange(math.prod(kernel), dtype=xp.int16)[:, None]
        zero = xp.zeros((), dtype=dy.dtype)
        tiles = xp.where(winner[:, :, :, None, :] == place, dy[:, :, :, None, :], zero)
        return fold(tiles, kernel, stride, like.shape[1:3]), {}


@dataclass(frozen=True)
class AvgPool2d(_Pool2d):
    r"""Take the mean of every window of K pixels, :math:`y = \frac1K \sum_k x_k`.

    .. math:: dx_k = dy / K

    Parameters
    ----------
    size
        Height and width of a window in pixels, one number or (height, width).
    stride
        Step from window to window; None means `size`, windows side by side. Rows and columns at
        the end that fill no whole window are left out.
    """

    def forward(
        self, params: Params, x: Float[Array, "N H W C"], key: Any = None
    ) -> tuple[Float[Array, "N Ho Wo C"], Any]:
        """Return y and the shape of x."""
        xp = array_namespace(x)
        return xp.mean(unfold(x, *self._windows), axis=3), empty_batch_like(x)

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N Ho Wo C"]
    ) -> tuple[Float[Array, "N H W C"], Params]:
        """Return dx, dy shared out equally over each window."""
        xp = array_namespace(dy)
        kernel, stride = self._windows
        n, ho, wo, c = dy.shape
        count = math.prod(kernel)
        tiles = xp.broadcast_to(dy[:, :, :, None, :] / count, (n, ho, wo, count, c))
        return fold(tiles, kernel, stride, saved.shape[1:3]), {}


@dataclass(frozen=True)
class GlobalAvgPool:
    r"""Take the mean of each channel over the whole image, :math:`y = \frac1{HW}\sum_{hw} x_{hw}`.

    .. math:: dx_{hw} = dy / HW

    What remains no longer knows the size of the image: the layers after it fit any.
    """

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Return no parameters and the shape (C,)."""
        return {}, require_image("GlobalAvgPool", shape)[2:]

    def forward(
        self, params: Params, x: Float[Array, "N H W C"], key: Any = None
    ) -> tuple[Float[Array, "N C"], Any]:
        """Return y and the shape of x."""
        return array_namespace(x).mean(x, axis=(1, 2)), empty_batch_like(x)

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N C"]
    ) -> tuple[Float[Array, "N H W C"], Params]:
        """Return dx, dy shared out equally over the image."""
        height, width = saved.shape[1:3]
        each = dy[:, None, None, :] / (height * width)
        shape = (dy.shape[0], height, width, dy.shape[1])
        return array_namespace(dy).broadcast_to(each, shape), {}
