"""Images as FITS, the file format of astronomy (needs astropy: the extra ``fits``)."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import numpy as np
from jaxtyping import Float32, Real

from ..errors import InputError
from ..files import replacing


def read_fits_image(path: Path | str, hdu: int | str | None = None) -> Float32[np.ndarray, "H W"]:
    """Read an image from a FITS file.

    Parameters
    ----------
    path
        The file; it may be gzipped.
    hdu
        Number (0 is the primary one) or name of the header-data unit; None takes the first that
        holds a two-dimensional image.

    Returns
    -------
    float32 array (H, W) in the machine's own byte order, in the unit of the file.

    Raises
    ------
    InputError
        If the file is no FITS file, is damaged, holds no two-dimensional image where it should,
        has NaN or infinite pixels, or if astropy is not installed.
    """
    fits = _astropy_fits()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # astropy comments on harmless headers
            warnings.filterwarnings("error", "File may have been truncated")
            with Path(path).open("rb") as file, fits.open(file, memmap=False) as units:
                image = np.asarray(_find_image(path, units, hdu).data)
    except InputError:
        raise
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise InputError(f"{path}: needed an image to read; got '{error.strerror}'") from error
    except (OSError, ValueError, TypeError, KeyError, EOFError, Warning) as error:
        raise InputError(f"{path}: needed a whole FITS file; got '{error}'") from error
    with np.errstate(over="ignore"):
        image = image.astype(np.float32)
    bad = int(np.sum(~np.isfinite(image)))
    if bad:
        raise InputError(
            f"{path}: needed finite pixels; got {bad} of {image.size} that are NaN or infinite"
        )
    return image


def write_fits_image(
    path: Path | str,
    image: Real[np.ndarray, "H W"],
    header: Mapping[str, str | int | float | bool] | None = None,
) -> None:
    """Write an image as the primary unit of a FITS file, in float32.

    Parameters
    ----------
    path
        The file, replaced only when it is complete.
    image
        Shape (H, W).
    header
        Keywords of at most eight letters and their values, for example
        ``{"BUNIT": "adu", "PIXSCALE": 0.168}``.

    Raises
    ------
    InputError
        If `path` cannot be written, or if astropy is not installed.
    """
    fits = _astropy_fits()
    unit = fits.PrimaryHDU(np.asarray(image, np.float32))
    unit.header.update(header or {})
    with replacing(path) as temporary, temporary.open("wb") as file:
        unit.writeto(file)


def _astropy_fits() -> ModuleType:
    try:
        from astropy.io import fits
    except ModuleNotFoundError as error:
        raise InputError(
            "FITS files: needed the package astropy; got none, install it with "
            "pip install 'galflux[fits]'"
        ) from error
    return fits


def _find_image(path: Path | str, units, hdu: int | str | None):
    """Return the header-data unit that was asked for, or the first with a 2-D image."""

    def holds_image(unit) -> bool:
        return unit.is_image and len(unit.shape) == 2

    if hdu is None:
        candidates = units
        needed = "a two-dimensional image"
    else:
        known = hdu in units if isinstance(hdu, str) else 0 <= hdu < len(units)
        candidates = [units[hdu]] if known else []
        needed = f"a two-dimensional image in HDU {hdu!r}"
    for unit in candidates:
        if holds_image(unit):
            return unit
    found = ", ".join(
        f"{i} {unit.name or 'unnamed'} ({_kind(unit)})" for i, unit in enumerate(units)
    )
    raise InputError(f"{path}: needed {needed}; got the HDUs {found}")


def _kind(unit) -> str:
    if not unit.is_image:
        return "table"
    return " x ".join(map(str, unit.shape)) + " image" if unit.shape else "no data"
