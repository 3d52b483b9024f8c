"""Images in and out of files, a block at a time: the whole of a dataset is never in memory."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..engine import Array
from ..errors import InputError
from .cache import Block
from .fits import read_fits_image
from .images import encode_png, quantise, read_counts

BLOCK = 64  # images decoded at a time


def write_images(
    paths: list[Path], image_batches: Iterable[Array], sky_sigma_adu: np.ndarray, progress: bool
) -> Iterator[Block]:
    """Write each image as a PNG and pass its counts on.

    Raises
    ------
    ValueError
        If there are more or fewer images than paths.
    """
    done = 0
    with (
        tqdm(total=len(paths), desc="writing images", unit="image", disable=not progress) as bar,
        ThreadPoolExecutor() as pool,
    ):
        for batch in image_batches:
            images = np.asarray(batch)
            rows = slice(done, done + len(images))
            done = rows.stop
            if done > len(paths):
                break
            block = quantise(images, sky_sigma_adu[rows])
            list(pool.map(_write_png, paths[rows], *block))
            yield block
            bar.update(len(images))
    if done != len(paths):
        got = done if done < len(paths) else "more"
        raise ValueError(f"write_dataset: needed {len(paths)} images, one a row; got {got}")


def read_images(paths: list[Path], sky_sigma_adu: np.ndarray, progress: bool) -> Iterator[Block]:
    """Read PNG and FITS images as counts; all must have the size of the first."""
    shape = None
    with tqdm(total=len(paths), desc="reading images", unit="image", disable=not progress) as bar:
        for start in range(0, len(paths), BLOCK):
            rows = slice(start, start + BLOCK)
            images = []
            for path, sigma in zip(paths[rows], sky_sigma_adu[rows], strict=True):
                images.append(_read_counts(path, shape, sigma))
                shape = images[0][0].shape
            counts, offset, step = zip(*images, strict=True)
            yield np.stack(counts), np.array(offset), np.array(step)
            bar.update(len(images))


def _write_png(path: Path, counts: np.ndarray, offset: float, step: float) -> None:
    path.write_bytes(encode_png(counts, offset, step))


def _read_counts(path: Path, shape: tuple[int, int] | None, sigma: float) -> tuple:
    """Return counts, offset and step of one image."""
    if path.suffix.lower() == ".png":
        return read_counts(path, shape)
    image = read_fits_image(path)
    if shape not in (None, image.shape):
        raise InputError(
            f"{path}: needed an image of {shape[0]} x {shape[1]} pixels; "
            f"got {image.shape[0]} x {image.shape[1]}"
        )
    counts, offset, step = quantise(image[None], sigma)
    return counts[0], offset[0], step[0]
