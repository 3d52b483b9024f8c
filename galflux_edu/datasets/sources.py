"""Read the files of the projects this course grew from, as their authors left them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float32, Real

from ..errors import InputError
from .catalogue import COLUMNS
from .unpickle import read_pickle

_KEYS = {*COLUMNS, "Unnamed: 0"}  # columns that are no pixels; the last is a saved row number


class Tensors(NamedTuple):
    """Images of the flux project: whatever else stood in their rows, and the pixels."""

    table: pd.DataFrame
    images: Float32[np.ndarray, "N H W"]


class LabelledImages(NamedTuple):
    """Images (N, H, W, C) and one-hot labels (N, K), divided into training and test."""

    train_images: Real[np.ndarray, "N H W C"]
    train_labels: Real[np.ndarray, "N K"]
    test_images: Real[np.ndarray, "M H W C"]
    test_labels: Real[np.ndarray, "M K"]


def read_tensors(path: Path | str) -> Tensors:
    """Read ``tensors_df.pkl`` or ``tensors.csv`` of the PHYS378 galaxy-flux project.

    The project describes them as its preprocessed images in a pandas frame and, flattened, in a
    CSV table; the files themselves are not public. So both layouts that fit are read: one column
    whose cells are images (arrays or PyTorch tensors), or one column a pixel, row by row of a
    square image. Columns with the names of the catalogue are not taken for pixels.

    Parameters
    ----------
    path
        A file that ends in ``.csv``, or else a pickle, which is read and never run
        (`galflux_edu.datasets.unpickle`).

    Returns
    -------
    table
        The other columns, one row an image, with the index of the frame.
    images
        float32 (N, H, W), on the scale of the file.

    Raises
    ------
    InputError
        If the file cannot be read, asks to run code, or has no such images.
    """
    path = Path(path)
    frame = _read_csv(path) if path.suffix == ".csv" else read_pickle(path)
    if not isinstance(frame, pd.DataFrame) or frame.empty:
        got = "an empty one" if isinstance(frame, pd.DataFrame) else f"a {type(frame).__name__}"
        raise InputError(f"{path}: needed a table with a row for each image; got {got}")
    try:
        with np.errstate(over="ignore"):  # too large for float32 is infinite, and refused below
            table, images = _images_of(frame)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{path}: needed one column of images or one column a pixel; got '{error}'"
        ) from error
    bad = int(np.sum(~np.isfinite(images)))
    if bad:
        raise InputError(f"{path}: needed finite pixels; got {bad} that are NaN or infinite")
    return Tensors(table, images)


def read_labelled_images(path: Path | str) -> LabelledImages:
    """Read ``dataG.pkl.gz``, the galaxies of Lecture 7 of Introduction to Computational Physics.

    Parameters
    ----------
    path
        A gzipped pickle of (train_images, train_labels, test_images, test_labels), which is read
        and never run (`galflux_edu.datasets.unpickle`). The lecture's own has 17,457 and 1,940
        images of 69 x 69 pixels in the g band, and five classes.

    Returns
    -------
    The four arrays, read-only and in the types of the file: images (N, H, W, C) and one-hot labels
    (N, K).

    Raises
    ------
    InputError
        If the file cannot be read, asks to run code, or holds anything else.
    """
    arrays = read_pickle(path)
    fits = (
        isinstance(arrays, tuple)
        and len(arrays) == 4
        and all(isinstance(array, np.ndarray) for array in arrays)
        and [array.ndim for array in arrays] == [4, 2, 4, 2]
        and len(arrays[0]) == len(arrays[1]) > 0
        and len(arrays[2]) == len(arrays[3]) > 0
        and arrays[0].shape[1:] == arrays[2].shape[1:]
        and arrays[1].shape[1] == arrays[3].shape[1]
    )
    if not fits:
        raise InputError(
            f"{path}: needed (train images, train labels, test images, test labels) of shapes "
            f"(N, H, W, C), (N, K), (M, H, W, C), (M, K); got {_shapes(arrays)}"
        )
    for labels in arrays[1::2]:
        if not (np.all((labels == 0) | (labels == 1)) and np.all(labels.sum(axis=1) == 1)):
            raise InputError(f"{path}: needed one-hot labels, a single 1 in each row; got others")
    return LabelledImages(*arrays)


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a table, the pixels as float32: half the memory of pandas' own choice."""
    try:
        names = pd.read_csv(path, nrows=0).columns
        return pd.read_csv(path, dtype={name: np.float32 for name in names if name not in _KEYS})
    except OSError as error:
        raise InputError(f"{path}: needed a table to read; got '{error.strerror}'") from error
    except ValueError as error:  # and all that pandas raises where it cannot parse
        raise InputError(f"{path}: needed a table of pixels; got '{str(error)[:100]}'") from error


def _images_of(frame: pd.DataFrame) -> tuple[pd.DataFrame, Float32[np.ndarray, "N H W"]]:
    """Take the column of images, or the columns of pixels, out of a table."""
    pictures = [i for i, cell in enumerate(frame.iloc[0]) if isinstance(cell, np.ndarray)]
    if pictures:
        (column,) = pictures
        images = np.stack([_square(cell) for cell in frame.iloc[:, column]])
        return frame.drop(columns=frame.columns[column]), images
    pixels = [name for name in frame if name not in _KEYS]
    values = frame[pixels].to_numpy(np.float32)
    return frame.drop(columns=pixels), values.reshape(len(frame), *_square(values[0]).shape)


def _square(cell: np.ndarray) -> Float32[np.ndarray, "H W"]:
    """Return one image as (H, W): it may come with a channel, or flat."""
    image = np.asarray(cell, np.float32)
    if image.ndim == 1:
        side = round(len(image) ** 0.5)
        if side == 0 or side * side != len(image):
            raise ValueError(f"{len(image)} pixels, which make no square")
        return image.reshape(side, side)
    image = image.squeeze()
    if image.ndim != 2:
        raise ValueError(f"an image of shape {np.shape(cell)}")
    return image


def _shapes(arrays: object) -> str:
    if not isinstance(arrays, tuple | list):
        return f"a {type(arrays).__name__}"
    shapes = (str(getattr(array, "shape", type(array).__name__)) for array in arrays)
    return ", ".join(shapes) or "nothing"
