"""Convolution, ReLU and max-pooling in one go with a quarter of the multiplications.

A 2x2 pool takes the largest of four outputs of a 3x3 convolution. Those four cost 36 products, or
16 by Winograd's identity: a few additions on the way in and on the way out do the rest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jaxtyping import Float

from ...engine import Array, array_namespace, microbatch_size, pad, scan
from ..layer import Params, Shape
from .conv_pool import ConvReLUPool2d, pool, unpool


@dataclass(frozen=True)
class WinogradConvReLUPool2d(ConvReLUPool2d):
    r"""Do what `ConvReLUPool2d` does, sooner where there are several channels.

    For each patch d of 4x4 pixels and each 3x3 filter g, the four outputs under one pool are

    .. math:: A^T \left[ (G g G^T) \odot (B^T d B) \right] A

    Summed over the channels, each of the 16 places of :math:`\odot` is one matrix product of
    filters and patches. Every step is linear in d and in g, so the backward pass takes the same
    steps transposed, in reverse.

    The patches of all pools lie side by side in one long row, so that the pixel below or to the
    right of another is found a fixed number of places further on. For that each row of pools ends
    with one that sticks out of the image, each image with a row of them, and each slice begins and
    ends with a margin; their gradient is zero.

    Parameters
    ----------
    features
        Number of filters F. ``weight`` has shape (3, 3, C, F), ``bias`` (F,), as in `Conv2d`.
    weight_variance
        The weights start as N(0, weight_variance / 9C): 2 in front of a ReLU.

    References
    ----------
    Lavin & Gray 2016, *Fast algorithms for convolutional neural networks*, eqs. 8 to 10.
    """

    def forward(
        self, params: Params, x: Float[Array, "N H W C"], key: Any = None
    ) -> tuple[Float[Array, "N Ho Wo F"], Any]:
        """Return y, and slice by slice the pixels of x with the winning corner of each pool."""
        filters, bias = _filters(params["weight"]), params["bias"][:, None]
        grid = _Grid(x.shape)

        def one_slice(carry: None, pixels: Array) -> tuple[None, Any]:
            products = map_tiles(
                lambda g, d: g @ d, filters, transform_2d(B_T, grid.patches(pixels))
            )
            (y00, y01), (y10, y11) = transform_2d(A_T, products)
            return carry, pool([y00, y01, y10, y11], bias)

        pixels = grid.cut(x)
        _, (y, winner) = scan(one_slice, None, pixels)
        return grid.join_pools(y), (pixels, winner, x[:0, ...])  # an empty array keeps the shape

    def backward(
        self, params: Params, saved: Any, dy: Float[Array, "N Ho Wo F"]
    ) -> tuple[Float[Array, "N H W C"], Params]:
        """Return dx, dW and db."""
        xp = array_namespace(dy)
        pixels, winner, empty = saved
        filters, grid = _filters(params["weight"]), _Grid((dy.shape[0], *empty.shape[1:]))

        def one_slice(sums: Any, inputs: Any) -> tuple[Any, Array]:
            pixels, winner, dy = inputs
            d00, d01, d10, d11 = unpool(winner, dy)
            dproducts = transform_2d(transposed(A_T), [[d00, d01], [d10, d11]])
            dfilters = map_tiles(
                lambda total, d, patch: total + d @ xp.matrix_transpose(patch),
                *(sums[0], dproducts, transform_2d(B_T, grid.patches(pixels))),
            )
            dpatches = map_tiles(lambda g, d: xp.matrix_transpose(g) @ d, filters, dproducts)
            dbias = sums[1] + xp.sum(d00 + d01 + d10 + d11, axis=1)
            return (dfilters, dbias), grid.fold(transform_2d(transposed(B_T), dpatches))

        start = map_tiles(xp.zeros_like, filters), xp.zeros_like(params["bias"])
        inputs = (pixels, winner, grid.cut_pools(dy))
        (dfilters, dbias), dpixels = scan(one_slice, start, inputs)
        dweight = xp.permute_dims(
            xp.stack([xp.stack(row) for row in transform_2d(transposed(G), dfilters)]), (0, 1, 3, 2)
        )
        return grid.join(dpixels), {"weight": dweight, "bias": dbias}


Table = Sequence[Sequence[Array]]
Matrix = Sequence[Sequence[float | int]]

# The matrices of F(2x2, 3x3): filters, patches, and the way back to the four outputs.
G = ((1, 0, 0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0, 0, 1))
B_T = ((1, 0, -1, 0), (0, 1, 1, 0), (0, -1, 1, 0), (0, 1, 0, -1))
A_T = ((1, 1, 1, 0), (0, 1, -1, -1))


def transposed(matrix: Matrix) -> Matrix:
    """Return the matrix of the adjoint."""
    return tuple(zip(*matrix, strict=True))


def transform_2d(matrix: Matrix, table: Table) -> Table:
    """Return M X M^T, where X is a table of arrays."""
    rows = [[_combine(row, column) for column in zip(*table, strict=True)] for row in matrix]
    return [[_combine(column, row) for column in matrix] for row in rows]


def _combine(coefficients: Sequence[float | int], arrays: Sequence[Array]) -> Array:
    """Return the sum of c x; of c = 1 and c = -1 no product is taken."""
    terms = [
        (c, x if abs(c) == 1 else abs(c) * x)
        for c, x in zip(coefficients, arrays, strict=True)
        if c
    ]
    terms.sort(key=lambda term: term[0] < 0)  # first one that needs no sign, where there is one
    (sign, total), *others = terms
    total = total if sign > 0 else -total
    for c, x in others:
        total = total + x if c > 0 else total - x
    return total


def map_tiles(function: Callable, *tables: Table) -> Table:
    """Return the table of ``function(...)`` of what stands at the same place in all tables."""
    rows = zip(*tables, strict=True)
    return [[function(*entries) for entries in zip(*row, strict=True)] for row in rows]


def _filters(weight: Float[Array, "3 3 C F"]) -> Table:
    """Return G g G^T: a table of 4x4 arrays (F, C)."""
    xp = array_namespace(weight)
    corners = [[xp.matrix_transpose(weight[i, j, ...]) for j in range(3)] for i in range(3)]
    return transform_2d(G, corners)


class _Grid:
    """Where the pixels of a slice lie: M = n (h + 1) (w + 1) patches in a row, and a margin.

    Pixel (i, j) of a patch is the pixel of parity (i % 2, j % 2) that stands i // 2 rows and
    j // 2 places further on.
    """

    def __init__(self, shape: Shape):
        self.shape = shape
        self.count, self.height, self.width, self.channels = shape
        self.rows, self.columns = self.height // 2 + 1, self.width // 2 + 1
        self.margin = self.columns + 1
        self.at_once = microbatch_size(self.count, 1)

    def cut(self, x: Float[Array, "N H W C"]) -> Float[Array, "S 4 C L"]:
        """Cut a batch into slices, and each image into its four parities."""
        xp = array_namespace(x)
        x = pad(x, 1, 1, 2 * self.rows - 1 - self.height)
        x = pad(x, 2, 1, 2 * self.columns - 1 - self.width)
        x = xp.reshape(x, (-1, self.at_once, self.rows, 2, self.columns, 2, self.channels))
        x = xp.permute_dims(x, (0, 3, 5, 6, 1, 2, 4))
        x = xp.reshape(x, (x.shape[0], 4, self.channels, -1))
        return pad(x, 3, self.margin, self.margin)

    def join(self, pixels: Float[Array, "S 4 C M"]) -> Float[Array, "N H W C"]:
        """Join slices to a batch again; the margins are off already."""
        xp = array_namespace(pixels)
        split = (-1, 2, 2, self.channels, self.at_once, self.rows, self.columns)
        x = xp.permute_dims(xp.reshape(pixels, split), (0, 4, 5, 1, 6, 2, 3))
        x = xp.reshape(x, (self.count, 2 * self.rows, 2 * self.columns, self.channels))
        return x[:, 1 : 1 + self.height, 1 : 1 + self.width, :]

    def cut_pools(self, dy: Float[Array, "N Ho Wo F"]) -> Float[Array, "S F L"]:
        """Cut one value a pool into slices."""
        xp = array_namespace(dy)
        features = dy.shape[3]
        dy = pad(pad(dy, 1, 0, 1), 2, 0, 1)
        dy = xp.reshape(dy, (-1, self.at_once, self.rows, self.columns, features))
        dy = xp.reshape(xp.permute_dims(dy, (0, 4, 1, 2, 3)), (dy.shape[0], features, -1))
        return pad(dy, 2, self.margin, 0)

    def join_pools(self, y: Float[Array, "S F L"]) -> Float[Array, "N Ho Wo F"]:
        """Join one value a pool to a batch again."""
        xp = array_namespace(y)
        features = y.shape[1]
        y = y[:, :, self.margin :]
        y = xp.reshape(y, (-1, features, self.at_once, self.rows, self.columns))
        y = xp.permute_dims(y, (0, 2, 3, 4, 1))
        y = xp.reshape(y, (self.count, self.rows, self.columns, features))
        return y[:, :-1, :-1, :]

    def patches(self, pixels: Float[Array, "4 C L"]) -> Table:
        """Return the pixels (i, j) of all patches: a table of 4x4 arrays (C, L)."""
        length = pixels.shape[2] - self.margin

        def pixel(i: int, j: int) -> Array:
            start = (i // 2) * self.columns + j // 2
            return pixels[2 * (i % 2) + j % 2, :, start : start + length]

        return [[pixel(i, j) for j in range(4)] for i in range(4)]

    def fold(self, dpatches: Table) -> Float[Array, "4 C M"]:
        """Add the patches up into images: the adjoint of `patches`."""
        xp = array_namespace(dpatches[0][0])

        def parity(a: int, b: int) -> Array:
            total = 0
            for i, j in ((a, b), (a, b + 2), (a + 2, b), (a + 2, b + 2)):
                start = self.margin - (i // 2) * self.columns - j // 2
                stop = dpatches[i][j].shape[1] - self.margin + start
                total = total + dpatches[i][j][:, start:stop]
            return total

        return xp.stack([parity(a, b) for a in (0, 1) for b in (0, 1)])
