"""Pictures that change several times a second: arrays of colours, without a figure around them."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from contourpy import contour_generator
from jaxtyping import Real, UInt8
from matplotlib.colors import AsinhNorm, CenteredNorm, Normalize

from ..engine import Array, to_numpy


def asinh_colours(
    image: Real[Array, "H W"], softening: float | int, brightest: float | int, zoom: int = 1
) -> UInt8[np.ndarray, "height width 3"]:
    r"""Return the colours of an image on the scale :math:`\operatorname{asinh}(f / s)`.

    Parameters
    ----------
    image
        Counts in ADU a pixel, sky subtracted; the first row becomes the lowest.
    softening
        s, by custom the noise of the sky: linear below, logarithmic above.
    brightest
        The value of the brightest colour.
    zoom
        Screen pixels on a side of an image pixel.
    """
    norm = AsinhNorm(softening, vmin=-2 * softening, vmax=max(brightest, 3 * softening), clip=True)
    return _zoomed(_colours(to_numpy(image)[::-1], norm, "viridis"), zoom)


def mosaic(
    images: Real[Array, "K H W"], columns: int, *, diverging: bool = False, zoom: int = 1
) -> UInt8[np.ndarray, "height width 4"]:
    """Return small images side by side, on one scale; the lines between them are transparent.

    Parameters
    ----------
    images
        Such as kernels of a convolution, or what they make of a picture.
    columns
        How many in a row.
    diverging
        Whether zero is white, with orange below and violet above, as suits kernels.
    zoom
        Screen pixels on a side of an image pixel.
    """
    images = to_numpy(images).astype(np.float64)
    reach = float(np.max(np.abs(images))) or 1.0
    norm = CenteredNorm(0, reach) if diverging else Normalize(0, reach, clip=True)
    tiles = _zoomed(_colours(images, norm, "PuOr" if diverging else "viridis"), zoom)
    tiles = np.concatenate([tiles, np.full_like(tiles[..., :1], 255)], axis=-1)
    missing = -len(tiles) % columns
    tiles = np.pad(tiles, ((0, missing), (1, 1), (1, 1), (0, 0)))
    rows = tiles.reshape(-1, columns, *tiles.shape[1:]).swapaxes(1, 2)
    return rows.reshape(-1, columns * tiles.shape[2], 4)


def contours(
    x: Real[np.ndarray, " W"],
    y: Real[np.ndarray, " H"],
    z: Real[np.ndarray, "H W"],
    levels: Sequence[float | int],
) -> list[Real[np.ndarray, "P 2"]]:
    """Return the lines along which `z` has one of the `levels`, as points (x, y)."""
    found = contour_generator(x, y, z)
    return [line for level in levels for line in found.lines(float(level))]


def _colours(values: np.ndarray, norm: Normalize, colour_map: str) -> np.ndarray:
    colours = matplotlib.colormaps[colour_map](norm(values), bytes=True)
    return np.ascontiguousarray(colours[..., :3])


def _zoomed(colours: np.ndarray, zoom: int) -> np.ndarray:
    return colours.repeat(zoom, axis=-3).repeat(zoom, axis=-2)
