"""Stamps that somebody uploads: small files of two kinds, read with care."""

import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..datasets import read_fits_image, read_image
from ..errors import InputError

LARGEST_SIDE = 1024  # pixels
SMALLEST_SIDE = 8
_PNG_START, _GZIP_START = b"\x89PNG", b"\x1f\x8b"


@dataclass(frozen=True)
class Stamp:
    """An uploaded image, its sky taken off.

    Parameters
    ----------
    image
        Float64 (H, W).
    sky_level, sky_sigma
        Median and robust standard deviation of the pixels along its edge.
    """

    image: Float[np.ndarray, "H W"]
    sky_level: float
    sky_sigma: float


def read_stamp(name: str, data: bytes) -> Stamp:
    """Return the stamp in an uploaded file.

    Parameters
    ----------
    name
        What the file is called; only its ending counts.
    data
        Its bytes.

    Raises
    ------
    InputError
        If it is damaged, not what its name says, compressed, or too large or too small an image.
    """
    suffix = Path(name).suffix.lower()
    _refuse_what_swells(name, data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"stamp{suffix}")
        path.write_bytes(data)
        try:
            image = read_image(path) if suffix == ".png" else read_fits_image(path)
        except InputError as error:
            raise InputError(str(error).replace(str(path), name)) from error
    if not SMALLEST_SIDE <= min(image.shape) <= max(image.shape) <= LARGEST_SIDE:
        raise InputError(
            f"{name}: needed an image of {SMALLEST_SIDE} to {LARGEST_SIDE} pixels on a side; "
            f"got {image.shape[1]}x{image.shape[0]}"
        )
    image = image.astype(np.float64)
    level, sigma = edge_sky(image)
    return Stamp(image - level, level, sigma)


def edge_sky(image: Float[np.ndarray, "H W"], width: int = 3) -> tuple[float, float]:
    """Return median and robust standard deviation of a frame `width` pixels wide.

    The galaxy reaches into it, but little: medians do not mind a few bright pixels.
    """
    frame = np.ones(image.shape, bool)
    frame[width:-width, width:-width] = False
    level = float(np.median(image[frame]))
    sigma = float(1.4826 * np.median(np.abs(image[frame] - level)))
    return level, sigma or 1e-3 * float(np.ptp(image)) or 1.0


def _refuse_what_swells(name: str, data: bytes) -> None:
    """Refuse a small file that would unfold into a huge image."""
    if data.startswith(_GZIP_START) or b"ZIMAGE  =" in data:
        raise InputError(f"{name}: needed a file that is not compressed; got a compressed one")
    if data.startswith(_PNG_START) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        if max(width, height) > LARGEST_SIDE:
            raise InputError(
                f"{name}: needed an image of at most {LARGEST_SIDE} pixels on a side; "
                f"got {width}x{height}"
            )
