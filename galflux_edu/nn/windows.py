"""Sliding windows: `unfold` an image into its windows, and `fold` windows back (the adjoint).

Convolution and pooling are both *something done to every window*; only the something differs.
"""

import math

from jaxtyping import Shaped

from ..engine import Array, array_namespace, pad
from ..errors import InputError

Pair = tuple[int, int]


def pair(where: str, value: int | Pair, least: int) -> Pair:
    """Return ``(value, value)`` for one number and `value` for two, none below `least`."""
    both = (value, value) if isinstance(value, int) else value
    if min(both) < least:
        raise ValueError(f"{where}: needed whole numbers of at least {least}; got {value}")
    return both


def count_windows(where: str, size: Pair, kernel: Pair, stride: Pair) -> Pair:
    """Return how many whole windows fit: ``floor((size - kernel) / stride) + 1`` along each axis.

    Raises
    ------
    InputError
        If not a single one fits.
    """
    if size[0] < kernel[0] or size[1] < kernel[1]:
        raise InputError(
            f"{where}: needed an image of at least {kernel[0]} x {kernel[1]} pixels with its "
            f"padding; got {size[0]} x {size[1]}"
        )
    return (size[0] - kernel[0]) // stride[0] + 1, (size[1] - kernel[1]) // stride[1] + 1


def unfold(x: Shaped[Array, "N H W C"], kernel: Pair, stride: Pair) -> Shaped[Array, "N Ho Wo K C"]:
    """Return every window of `x`: ``tiles[:, h, w, i * kw + j] = x[:, h * sh + i, w * sw + j]``.

    Row-major within the window, so ``K = kh * kw``. Built from K shifted slices of the whole
    batch. Rows and columns that fill no whole window are left out.
    """
    xp = array_namespace(x)
    (kh, kw), (sh, sw) = kernel, stride
    ho, wo = count_windows("unfold", x.shape[1:3], kernel, stride)
    rows, columns = sh * (ho - 1) + 1, sw * (wo - 1) + 1
    shifted = [
        x[:, i : i + rows : sh, j : j + columns : sw, :] for i in range(kh) for j in range(kw)
    ]
    return xp.reshape(xp.concat(shifted, axis=-1), (x.shape[0], ho, wo, kh * kw, x.shape[3]))


def fold(
    tiles: Shaped[Array, "N Ho Wo K C"], kernel: Pair, stride: Pair, size: Pair
) -> Shaped[Array, "N H W C"]:
    """Add windows up into images of `size` (H, W): the adjoint (transpose) of `unfold`.

    Each window is cut into blocks of one stride; blocks of neighbouring windows that fall on the
    same pixels are added, and the blocks, which now tile the image, are laid side by side.
    """
    xp = array_namespace(tiles)
    (kh, kw), (sh, sw) = kernel, stride
    n, ho, wo, _, c = tiles.shape
    blocks_h, blocks_w = math.ceil(kh / sh), math.ceil(kw / sw)
    tiles = xp.reshape(tiles, (n, ho, wo, kh, kw, c))
    tiles = pad(pad(tiles, 3, 0, blocks_h * sh - kh), 4, 0, blocks_w * sw - kw)
    total = 0
    for a in range(blocks_h):
        for b in range(blocks_w):
            block = tiles[:, :, :, a * sh : (a + 1) * sh, b * sw : (b + 1) * sw, :]
            total = total + pad(pad(block, 1, a, blocks_h - 1 - a), 2, b, blocks_w - 1 - b)
    height, width = (ho + blocks_h - 1) * sh, (wo + blocks_w - 1) * sw
    images = xp.reshape(xp.permute_dims(total, (0, 1, 3, 2, 4, 5)), (n, height, width, c))
    images = pad(pad(images, 1, 0, max(0, size[0] - height)), 2, 0, max(0, size[1] - width))
    return images[:, : size[0], : size[1], :]
