"""Convolution, ReLU and max-pooling in one go: the same numbers, sooner.

A processor spends most of a plain network's time waiting for memory: every layer writes out an
array larger than its caches, which the next one reads back. Here the largest arrays never exist
as a whole, and almost all that is left is matrix products.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ...engine import Array, array_namespace, microbatch_size, pad, scan
from ...errors import InputError
from ..conv import Conv2d
from ..layer import Params, Shape, require_image

_CORNERS = [(a, b) for a in (0, 1) for b in (0, 1)]  # of a 2x2 window, row-major
_NO_WINNER = 4  # no corner: the ReLU cut the largest value off


@dataclass(frozen=True)
class ConvReLUPool2d:
    r"""Do what `Conv2d` (3x3, padding 1), `ReLU` and `MaxPool2d` (2x2) do one after the other.

    .. math:: y = \max_{k = 1 \dots 4} \max(W_k X + b,\, 0)

    One pooled pixel sees a patch of 4x4 pixels of x. With the patches as columns of a matrix X,
    and the 3x3 filters set into the four corners of a 4x4 filter with zeros around,
    :math:`W_1 \dots W_4`, one product gives the four values that each pool chooses from. The zeros
    cost 16/9 of the multiplications; a quarter of the patches and one large product more than
    make up for it. Backward, dy goes to the corner that won (D, four times as tall as dy):

    .. math:: dW = D X^T, \qquad dX = W^T D

    Where corners tie, the first in row-major order wins, as in `MaxPool2d` (corners that differ
    only by rounding may be ordered differently). The batch is cut into slices of a few images,
    whose patches fit into the processor's cache.

    Parameters
    ----------
    features
        Number of filters F. ``weight`` has shape (3, 3, C, F), ``bias`` (F,), as in `Conv2d`.
    weight_variance
        The weights start as N(0, weight_variance / 9C): 2 in front of a ReLU.

    References
    ----------
    Chellapilla, Puri & Simard 2006, *High performance convolutional neural networks for document
    processing*, section 4 (unrolling convolutions).
    """

    features: int
    weight_variance: float | int = 2.0

    def __post_init__(self) -> None:
        if self.features < 1:
            raise ValueError(
                f"{type(self).__name__}: needed at least 1 feature; got {self.features}"
            )

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Draw the same weights as `Conv2d` does; the biases start at zero."""
        height, width, _ = require_image(type(self).__name__, shape)
        if min(height, width) < 2:
            raise InputError(
                f"{type(self).__name__}: needed images of at least 2 x 2 pixels; "
                f"got {height} x {width}"
            )
        conv = Conv2d(self.features, padding=1, weight_variance=self.weight_variance)
        params, _ = conv.init(rng, shape)
        return params, (height // 2, width // 2, self.features)

    def forward(
        self, params: Params, x: Float[Array, "N H W C"], key: Any = None
    ) -> tuple[Float[Array, "N Ho Wo F"], Any]:
        """Return y, and slice by slice x with the winning corner of each pool."""
        xp = array_namespace(x)
        weight, bias = _four_corners(params["weight"]), params["bias"][:, None]
        pooled = (self.features, -1, x.shape[1] // 2, x.shape[2] // 2)

        def one_slice(carry: None, x: Array) -> tuple[None, Any]:
            values = xp.reshape(weight @ _patches(x), (4, self.features, -1))
            y, winner = pool([values[k, ...] for k in range(4)], bias)
            return carry, (xp.reshape(y, pooled), winner)

        slices = _cut(x)
        _, (y, winner) = scan(one_slice, None, slices)
        return _join(y), (slices, winner)

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N Ho Wo F"]
    ) -> tuple[Float[Array, "N H W C"], Params]:
        """Return dx, dW and db."""
        xp = array_namespace(dy)
        weight = _four_corners(params["weight"])

        def one_slice(sums: Any, inputs: Any) -> tuple[Any, Array]:
            x, winner, dy = inputs
            corners = unpool(winner, xp.reshape(dy, winner.shape))
            d = xp.concat(corners, axis=0)
            dbias = xp.sum(sum(corners), axis=1)
            sums = sums[0] + d @ xp.matrix_transpose(_patches(x)), sums[1] + dbias
            return sums, _fold(xp.matrix_transpose(weight) @ d, x.shape)

        start = xp.zeros_like(weight), xp.zeros_like(params["bias"])
        (dweight, dbias), dx = scan(one_slice, start, (*saved, _cut(dy)))
        grads = {"weight": _one_corner(dweight, params["weight"].shape), "bias": dbias}
        return _join(dx), grads


def pool(
    corners: Sequence[Float[Array, "F M"]], bias: Float[Array, "F 1"]
) -> tuple[Float[Array, "F M"], Int[Array, "F M"]]:
    """Return the largest of four corners, plus the bias, through a ReLU; and which one it was."""
    xp = array_namespace(bias)
    best, winner = corners[0], xp.zeros(corners[0].shape, dtype=xp.int8)
    for number, corner in enumerate(corners[1:], start=1):
        winner = xp.where(corner > best, xp.asarray(number, dtype=xp.int8), winner)
        best = xp.maximum(best, corner)
    best = best + bias
    winner = xp.where(best > 0, winner, xp.asarray(_NO_WINNER, dtype=xp.int8))
    return xp.maximum(best, xp.zeros((), dtype=best.dtype)), winner


def unpool(winner: Int[Array, "F M"], dy: Float[Array, "F M"]) -> list[Float[Array, "F M"]]:
    """Return dy at the corner that won, zero at the others: the adjoint of `pool`."""
    xp = array_namespace(dy)
    return [xp.where(winner == number, dy, xp.zeros((), dtype=dy.dtype)) for number in range(4)]


def _cut(x: Float[Array, "N H W C"]) -> Float[Array, "S C n H W"]:
    """Cut the batch into S slices of n images, channels first: long rows are copied fast."""
    xp = array_namespace(x)
    x = xp.reshape(x, (-1, microbatch_size(x.shape[0]), *x.shape[1:]))
    return xp.permute_dims(x, (0, 4, 1, 2, 3))


def _join(slices: Float[Array, "S C n H W"]) -> Float[Array, "N H W C"]:
    """Join slices to a batch again."""
    xp = array_namespace(slices)
    _, channels, _, height, width = slices.shape
    return xp.reshape(xp.permute_dims(slices, (0, 2, 3, 4, 1)), (-1, height, width, channels))


def _patches(x: Float[Array, "C n H W"]) -> Float[Array, "K M"]:
    """Return the 4x4 patch under each pool as a column: K = 16 C rows, M = n (H//2) (W//2).

    Row (4 i + j) C + c holds pixel (i, j) of channel c, so that every corner adds its nine
    products up in the same order, and values that should tie do.
    """
    xp = array_namespace(x)
    channels, n, height, width = x.shape
    h, w = height // 2, width // 2
    x = pad(pad(x, 2, 1, 2 * h + 1 - height), 3, 1, 2 * w + 1 - width)
    rows, columns = 2 * h - 1, 2 * w - 1
    shifted = [x[:, :, i : i + rows : 2, j : j + columns : 2] for i in range(4) for j in range(4)]
    return xp.reshape(xp.concat(shifted, axis=0), (16 * channels, n * h * w))


def _fold(dpatches: Float[Array, "K M"], shape: Shape) -> Float[Array, "C n H W"]:
    """Add the patches up into images: the adjoint of `_patches`.

    A patch is 2x2 blocks of 2x2 pixels. Blocks of neighbouring patches that fall on the same
    pixels are added, and the blocks, which now tile the image, are laid side by side.
    """
    xp = array_namespace(dpatches)
    channels, n, height, width = shape
    h, w = height // 2, width // 2
    parts = xp.reshape(dpatches, (2, 2, 2, 2, channels, n, h, w))
    blocks = 0
    for a, b in _CORNERS:
        blocks = blocks + pad(pad(parts[a, :, b, ...], 4, a, 1 - a), 5, b, 1 - b)
    x = xp.reshape(xp.permute_dims(blocks, (2, 3, 4, 0, 5, 1)), (channels, n, 2 * h + 2, 2 * w + 2))
    return x[:, :, 1 : 1 + height, 1 : 1 + width]


def _four_corners(weight: Float[Array, "3 3 C F"]) -> Float[Array, "M K"]:
    """Return the filters set into each corner of a 4x4 patch: M = 4 F rows, K = 16 C columns."""
    xp = array_namespace(weight)
    four = xp.stack([pad(pad(weight, 0, a, 1 - a), 1, b, 1 - b) for a, b in _CORNERS])
    four = xp.reshape(four, (4, -1, weight.shape[3]))
    return xp.reshape(xp.permute_dims(four, (0, 2, 1)), (4 * weight.shape[3], -1))


def _one_corner(dweight: Float[Array, "M K"], shape: Shape) -> Float[Array, "3 3 C F"]:
    """Add the four corners up: the adjoint of `_four_corners`."""
    xp = array_namespace(dweight)
    _, _, channels, features = shape
    four = xp.reshape(dweight, (4, features, 4, 4, channels))
    corners = [four[k, :, a : a + 3, b : b + 3, :] for k, (a, b) in enumerate(_CORNERS)]
    return xp.permute_dims(sum(corners), (1, 2, 3, 0))
