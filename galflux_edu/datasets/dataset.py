"""A dataset is a folder: ``catalogue.csv``, ``images/`` and ``survey.json``.

The images are joined to the catalogue by ``file_name``, never by position, so rows and files may
be in any order. Training reads 16-bit counts and turns them into ADU on the fly (`to_adu`), on
whichever engine it runs: half the memory traffic of float32.
"""

import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Float32, Float64, Int, UInt16

from ..engine import Array, array_namespace
from ..errors import InputError
from ..files import new_folder
from . import blocks, cache
from .catalogue import check_catalogue, read_catalogue

SUFFIXES = (".png", ".fits")


@dataclass(frozen=True)
class RowView:
    """Some rows of a long array, fetched only when they are asked for."""

    base: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> np.ndarray:
        return np.asarray(self.base[self.rows[index]])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array these rows would make."""
        return (len(self.rows), *self.base.shape[1:])

    @property
    def dtype(self) -> np.dtype:
        """Type of the values."""
        return self.base.dtype


@dataclass(frozen=True)
class Dataset:
    """An open dataset of N galaxies.

    Parameters
    ----------
    folder
        Where it lies.
    catalogue
        One row a galaxy.
    counts
        The images in the order of the catalogue, uint16 (N, H, W), mapped from disk.
    offset_adu, step_adu
        What the counts mean, float64 (N,): ``offset + step * counts`` is in ADU.
    metadata
        How the images were made, from ``survey.json``; empty where there is no such file.
    unlisted_files
        Number of images in the folder that no row of the catalogue names.
    """

    folder: Path
    catalogue: pd.DataFrame
    counts: UInt16[np.ndarray, "N H W"]
    offset_adu: Float64[np.ndarray, " N"]
    step_adu: Float64[np.ndarray, " N"]
    metadata: Mapping[str, Any]
    unlisted_files: int

    def __len__(self) -> int:
        return len(self.catalogue)

    def images(
        self, rows: Int[np.ndarray, " n"] | slice = slice(None)
    ) -> Float32[np.ndarray, "n H W"]:
        """Return images in ADU, float32 (n, H, W): the given rows, or all of them."""
        return to_adu(self.inputs(rows))[..., 0]

    def inputs(self, rows: Int[np.ndarray, " n"] | slice = slice(None)) -> dict[str, Any]:
        """Return what a network needs, row by row, without reading the images yet.

        Parameters
        ----------
        rows
            Row numbers, such as a part of `stratified_split`; by default all.

        Returns
        -------
        ``{"counts": (n, H, W), "offset": (n,), "step": (n,)}``, uint16 and float32. Index each
        with the rows of a batch, and give the result to `to_adu`.
        """
        rows = np.arange(len(self))[rows]
        offset, step = (a.astype(np.float32)[rows] for a in (self.offset_adu, self.step_adu))
        return {"counts": RowView(self.counts, rows), "offset": offset, "step": step}

    def count_coarse(self) -> int:
        """Return the number of images whose step is above half the sky sigma.

        Their noise is not resolved by 16 bits; 0 where the sky sigma is not known.
        """
        sigma = _sky_sigma(self.catalogue, self.metadata)
        return int(np.sum((self.step_adu > sigma / 2) & (sigma > 0)))


def to_adu(inputs: Mapping[str, Any]) -> Float[Array, "n H W 1"]:
    """Turn counts into images in ADU, on any engine: ``offset + step * counts``.

    Parameters
    ----------
    inputs
        ``counts`` (n, H, W) of any real type, ``offset`` and ``step`` (n,) of one floating
        type, which the result has: rows of `Dataset.inputs`.

    Returns
    -------
    array (n, H, W, 1): one channel, last.

    Examples
    --------
    >>> counts = np.array([[[0, 1, 2]]], np.uint16)
    >>> to_adu({"counts": counts, "offset": np.array([-1.0]), "step": np.array([0.5])})[0, 0, :, 0]
    array([-1. , -0.5,  0. ])
    """
    counts, offset, step = inputs["counts"][...], inputs["offset"], inputs["step"]
    xp = array_namespace(counts, offset, step)
    counts = xp.astype(counts, offset.dtype)[..., None]
    return offset[:, None, None, None] + step[:, None, None, None] * counts


def write_dataset(
    folder: Path | str,
    catalogue: pd.DataFrame,
    image_batches: Iterable[Array],
    metadata: Mapping[str, Any],
    progress: bool = True,
) -> Dataset:
    """Write a dataset batch by batch, in constant memory, and open it.

    The folder appears only when it is complete. Every image becomes a PNG; a ``file_name`` with
    another ending, such as ``32643.fits``, is written as ``32643.png`` in the new catalogue.

    Parameters
    ----------
    folder
        A new or empty folder.
    catalogue
        One row a galaxy.
    image_batches
        Arrays (n, H, W) in ADU, in the order of the catalogue, N images in all.
    metadata
        What ``survey.json`` shall say: anything JSON can hold. ``sky_sigma_adu``, or a catalogue
        column of that name, sets how fine the counts are (`quantise`).
    progress
        Show a progress bar.

    Raises
    ------
    InputError
        If the folder holds files already or cannot be written, or the catalogue has a fault.
    ValueError
        If the batches do not hold one image a row, or a pixel is NaN or infinite.
    """
    folder = Path(folder)
    where = str(folder / "catalogue.csv")
    catalogue = check_catalogue(catalogue, where)
    names = [f"{Path(name).stem}.png" for name in catalogue["file_name"]]
    catalogue = check_catalogue(catalogue.assign(file_name=names), where)
    text = json.dumps(dict(metadata), indent=2, allow_nan=False) + "\n"
    with new_folder(folder) as partial:
        catalogue.to_csv(partial / "catalogue.csv", index=False)
        (partial / "survey.json").write_text(text, encoding="utf-8")
        images = partial / "images"
        images.mkdir()
        paths = [images / name for name in names]
        written = blocks.write_images(
            paths, image_batches, _sky_sigma(catalogue, metadata), progress
        )
        # The counts are at hand: the cache is filled without decoding what was just encoded.
        (partial / "cache").mkdir()
        cache.fill(
            partial / "cache",
            written,
            len(names),
            mark=lambda: cache.fingerprint(names, _listing(images)),
        )
    return open_dataset(folder, progress)


def open_dataset(folder: Path | str, progress: bool = True) -> Dataset:
    """Open a dataset; decode its images the first time, and again when files have changed.

    The decoded pixels are kept in ``cache/`` inside the folder, about 40 kB an image of 143 x 143
    pixels. Where the folder is read-only they go to a temporary file and are gone when the dataset
    is.
    FITS images are rounded to 16 bits as `quantise` does.

    Parameters
    ----------
    folder
        With ``catalogue.csv``, ``images/`` of PNG or FITS files and, if it is known how the images
        were made, ``survey.json``.
    progress
        Show a progress bar while decoding.

    Raises
    ------
    InputError
        If a file is missing, cannot be read, or is not what it should be: one sentence that names
        the file, and the row and column where it is a catalogue.
    """
    folder = Path(folder)
    catalogue = read_catalogue(folder / "catalogue.csv")
    metadata = _read_metadata(folder / "survey.json")
    images = folder / "images"
    listing = _listing(images)
    names = catalogue["file_name"].to_list()
    _check_files(folder, names, listing)
    mark = cache.fingerprint(names, listing)
    pixels = cache.load(folder / "cache", mark)
    if pixels is None:
        paths = [images / name for name in names]
        decoded = blocks.read_images(paths, _sky_sigma(catalogue, metadata), progress)
        pixels = cache.renew(folder / "cache", decoded, len(names), mark)
    return Dataset(folder, catalogue, *pixels, metadata, len(listing) - len(names))


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: needed a JSON object; got '{error}'") from error
    if not isinstance(metadata, dict):
        raise InputError(f"{path}: needed a JSON object; got {type(metadata).__name__}")
    sigma = metadata.get("sky_sigma_adu", 0.0)
    if not isinstance(sigma, int | float) or not 0 <= sigma < math.inf:
        raise InputError(f"{path}, sky_sigma_adu: needed a finite number from 0; got {sigma!r}")
    return metadata


def _listing(images: Path) -> dict[str, os.stat_result]:
    """Return the image files of a folder and their sizes and times."""
    try:
        with os.scandir(images) as entries:
            return {e.name: e.stat() for e in entries if e.name.lower().endswith(SUFFIXES)}
    except OSError as error:
        raise InputError(f"{images}: needed a folder of images; got '{error.strerror}'") from error


def _check_files(folder: Path, names: list[str], listing: Mapping[str, Any]) -> None:
    """Raise InputError at the first row of the catalogue whose image is not there."""
    missing = [row for row, name in enumerate(names) if name not in listing]
    if missing:
        row = missing[0]
        more = f" and {len(missing) - 1} more not there" if len(missing) > 1 else ""
        raise InputError(
            f"{folder / 'catalogue.csv'}, row {row + 1}, column file_name: needed a PNG or FITS "
            f"file in {folder / 'images'}; got {names[row]!r}, which is not there{more}"
        )


def _sky_sigma(catalogue: pd.DataFrame, metadata: Mapping[str, Any]) -> Float64[np.ndarray, " N"]:
    """Return the sky sigma of each galaxy in ADU: its own, the survey's, or 0 if unknown."""
    sigma = catalogue.get("sky_sigma_adu", metadata.get("sky_sigma_adu", 0.0))
    return np.broadcast_to(np.asarray(sigma, np.float64), len(catalogue))
