r"""Images as 16-bit greyscale PNG: any viewer shows them, and the flux comes back.

A PNG holds whole numbers from 0 to 65535, so an image is stored as counts with

.. math:: value = offset + step \cdot counts

and the two numbers, in ADU, stand in the file's own text chunks ``galflux:offset_adu`` and
``galflux:step_adu``. Rounding to the nearest count errs by at most half a step. A step well below
the noise loses nothing: uniform rounding adds step^2 / 12 to the variance, which at sixteen steps
per sigma is 0.03 % of it, and the finer digits of noise do not compress.
"""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float64, Shaped, UInt16
from PIL import Image, PngImagePlugin

from ..errors import InputError
from ..files import replacing

LARGEST_COUNT = 65535
STEPS_PER_SIGMA = 16
OFFSET_CHUNK, STEP_CHUNK = "galflux:offset_adu", "galflux:step_adu"

_COLOURS = {0: "greyscale", 2: "RGB", 3: "palette", 4: "greyscale and alpha", 6: "RGB and alpha"}
_START, _END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
# What Pillow raises, depending on where in the file the damage is.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


def quantise(
    images: Float[np.ndarray, "N H W"],
    sky_sigma_adu: float | int | Float[np.ndarray, " N"] = 0.0,
) -> tuple[UInt16[np.ndarray, "N H W"], Float64[np.ndarray, " N"], Float64[np.ndarray, " N"]]:
    """Round images to 16-bit counts, each with an offset and a step of its own.

    The step is the finest that covers the range of the image, but no finer than a sixteenth of
    the sky noise: ``max((max - min) / 65535, sky_sigma_adu / 16)``.

    Parameters
    ----------
    images
        Finite values in ADU, shape (N, H, W).
    sky_sigma_adu
        Standard deviation of the background in ADU a pixel, one for all or shape (N,); 0 when
        there is no noise.

    Returns
    -------
    counts : uint16 (N, H, W)
    offset_adu, step_adu : float64 (N,)
        ``offset + step * counts`` is within half a step of `images`.

    Raises
    ------
    ValueError
        If a value is NaN or infinite.

    Examples
    --------
    >>> counts, offset, step = quantise(np.array([[[-1.0, 0.0, 3.0]]]), sky_sigma_adu=8.0)
    >>> counts[0, 0].tolist(), float(offset[0]), float(step[0])
    ([0, 2, 8], -1.0, 0.5)
    """
    images = np.asarray(images, np.float64)
    bad = int(np.sum(~np.isfinite(images)))
    if bad:
        raise ValueError(f"quantise: needed finite pixel values; got {bad} NaN or infinite")
    low, high = images.min(axis=(1, 2)), images.max(axis=(1, 2))
    step = np.maximum((high - low) / LARGEST_COUNT, np.asarray(sky_sigma_adu) / STEPS_PER_SIGMA)
    step = np.where(step < np.finfo(np.float64).tiny, 1.0, step)  # a constant image has no range
    counts = np.rint((images - low[:, None, None]) / step[:, None, None])
    return counts.astype(np.uint16), low, step


def write_image(
    path: Path | str, image: Float[np.ndarray, "H W"], sky_sigma_adu: float | int = 0.0
) -> float:
    """Write an image as 16-bit greyscale PNG and return its step in ADU.

    Parameters
    ----------
    path
        The file, replaced only when it is complete.
    image
        Finite values in ADU, shape (H, W).
    sky_sigma_adu
        Standard deviation of the background in ADU a pixel. A returned step above half of it
        means that the image spans too wide a range for 16 bits to resolve its noise.
    """
    counts, offset, step = quantise(image[None], sky_sigma_adu)
    with replacing(path) as temporary:
        temporary.write_bytes(encode_png(counts[0], offset[0], step[0]))
    return float(step[0])


def encode_png(counts: UInt16[np.ndarray, "H W"], offset_adu: float, step_adu: float) -> bytes:
    """Return the bytes of a PNG file with its scale in the text chunks."""
    text = PngImagePlugin.PngInfo()
    text.add_text(OFFSET_CHUNK, repr(float(offset_adu)))
    text.add_text(STEP_CHUNK, repr(float(step_adu)))
    buffer = io.BytesIO()
    # Level 6, the default, takes four times as long and saves a tenth.
    Image.fromarray(counts).save(buffer, "PNG", pnginfo=text, compress_level=1)
    return buffer.getvalue()


def read_image(path: Path | str, pixels: int | None = None) -> Float64[np.ndarray, "H W"]:
    """Read an image that `write_image` wrote, in ADU.

    Parameters
    ----------
    path
        A 16-bit greyscale PNG with its scale in the text chunks.
    pixels
        Width and height the image must have; None takes any.

    Raises
    ------
    InputError
        If the file is no PNG, is damaged, has another kind of pixel or another size, or does not
        say what its counts mean.
    """
    shape = None if pixels is None else (pixels, pixels)
    counts, offset, step = read_counts(path, shape)
    return offset + step * counts


def read_counts(
    path: Path | str, shape: tuple[int, int] | None = None
) -> tuple[UInt16[np.ndarray, "H W"], float, float]:
    """Read the counts, offset and step of a PNG; raise InputError as `read_image` does."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: needed an image to read; got '{error.strerror}'") from error
    if not data.startswith(_START):
        raise InputError(f"{path}: needed a PNG image; got a file that is none")
    if not data.endswith(_END):
        raise InputError(f"{path}: needed a whole PNG image; got a truncated one")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            _check_kind(path, image, data, shape)
            return np.asarray(image), *_scale(path, image.info)
    except InputError:
        raise
    except (*_DAMAGE, Image.DecompressionBombError) as error:
        raise InputError(
            f"{path}: needed a whole PNG image; got a damaged one ({error})"
        ) from error


def fit_to_size(image: Shaped[np.ndarray, "H W"], pixels: int) -> Shaped[np.ndarray, "P P"]:
    """Crop or zero-pad an image about its centre to (`pixels`, `pixels`).

    Pixel ``H // 2`` becomes pixel ``pixels // 2``, and so for the width: an odd width is centred
    on its middle pixel, an even one on the first pixel of its right half, and what is centred
    before is centred after.

    Parameters
    ----------
    image
        Values with the sky subtracted, so that zero is empty sky; shape (H, W).
    pixels
        The new width and height, at least 1.

    Raises
    ------
    ValueError
        If `pixels` is below 1.

    Examples
    --------
    >>> fit_to_size(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), 2)
    array([[1, 2],
           [4, 5]])
    """
    if pixels < 1:
        raise ValueError(f"fit_to_size: needed a size of at least 1 pixel; got {pixels}")
    for axis in (0, 1):
        size = image.shape[axis]
        start = size // 2 - pixels // 2
        stop = start + pixels
        image = np.take(image, np.arange(max(start, 0), min(stop, size)), axis)
        padding = [(0, 0), (0, 0)]
        padding[axis] = (max(-start, 0), max(stop - size, 0))
        image = np.pad(image, padding)
    return image


def _check_kind(
    path: Path | str, image: Image.Image, data: bytes, shape: tuple[int, int] | None
) -> None:
    """Raise InputError unless a PNG just opened is 16-bit greyscale of the right shape."""
    if image.mode != "I;16":
        depth, colour = data[24:26]  # from the header; Pillow's modes do not tell the depth
        kind = f"{depth}-bit {_COLOURS[colour]}"
        raise InputError(f"{path}: needed a 16-bit greyscale PNG; got {kind}")
    width, height = image.size
    if shape not in (None, (height, width)):
        raise InputError(
            f"{path}: needed an image of {shape[0]} x {shape[1]} pixels; got {height} x {width}"
        )


def _scale(path: Path | str, text: dict) -> tuple[float, float]:
    """Return offset and step from the text chunks."""
    try:
        offset, step = float(text[OFFSET_CHUNK]), float(text[STEP_CHUNK])
    except (KeyError, TypeError, ValueError):
        offset, step = np.nan, np.nan
    if not (np.isfinite(offset) and np.isfinite(step) and step > 0):
        keys = (OFFSET_CHUNK, STEP_CHUNK)
        found = " and ".join(f"{key}={text[key]!r}" for key in keys if key in text)
        raise InputError(
            f"{path}: needed the text chunks {OFFSET_CHUNK} and {STEP_CHUNK}, which say what its "
            f"counts mean; got {found or 'neither'}"
        )
    return offset, step
