"""Decoded pixels in one ``.npy`` file, mapped into memory, so that no epoch decodes an image.

The mapping takes no memory of its own: the operating system reads the rows that are used and
drops them when it needs the room, so a dataset may be larger than the machine's memory.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ..files import new_folder, writing

Block = tuple[np.ndarray, np.ndarray, np.ndarray]  # counts (n, H, W), offset (n,), step (n,)


class Pixels(NamedTuple):
    """The pixels of a dataset: ``offset + step * counts``, in ADU."""

    counts: np.ndarray  # uint16 (N, H, W), mapped from disk
    offset_adu: np.ndarray  # float64 (N,)
    step_adu: np.ndarray  # float64 (N,)


def fingerprint(names: Iterable[str], listing: dict[str, os.stat_result]) -> str:
    """Return a digest that changes when a file, its size or time, or the order of rows does."""
    digest = hashlib.sha256(b"galflux cache 1\n")
    for name in names:
        stat = listing[name]
        digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load(folder: Path, mark: str) -> Pixels | None:
    """Return the cached pixels, or None where there are none with this fingerprint."""
    try:
        if (folder / "fingerprint.txt").read_text() != mark:
            return None
        counts = np.load(folder / "counts.npy", mmap_mode="r", allow_pickle=False)
        offset, step = np.load(folder / "scale.npy", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None  # absent, or damaged by hand: it can be made again
    return Pixels(counts, offset, step)


def fill(folder: Path, blocks: Iterable[Block], number: int, mark: Callable[[], str]) -> None:
    """Write blocks of rows, as they come, into an empty folder.

    Parameters
    ----------
    folder
        Where the cache shall be.
    blocks
        Rows in order; only one block at a time is in memory.
    number
        Number of rows in all the blocks together.
    mark
        Returns the fingerprint; called when all blocks have been taken.
    """
    with (folder / "counts.npy").open("wb") as file:
        _, _, scale = _write(file, blocks, number)
    np.save(folder / "scale.npy", scale)
    (folder / "fingerprint.txt").write_text(mark())


def renew(folder: Path, blocks: Iterable[Block], number: int, mark: str) -> Pixels:
    """Replace the cache, once the new one is complete, and return its pixels.

    Where the parent of `folder` is read-only, the pixels go to an unnamed temporary file that
    lives as long as the returned arrays.
    """
    if not os.access(folder.parent, os.W_OK):
        with writing(Path(tempfile.gettempdir())), tempfile.TemporaryFile() as file:
            start, shape, scale = _write(file, blocks, number)
            return Pixels(np.memmap(file, np.uint16, "r", start, shape), *scale)
    with new_folder(folder, overwrite=True) as partial:
        fill(partial, blocks, number, lambda: mark)
    return load(folder, mark)


def _write(
    file: BinaryIO, blocks: Iterable[Block], number: int
) -> tuple[int, tuple[int, int, int], np.ndarray]:
    """Write an ``.npy`` file row by row; return where the data start, their shape and scales.

    Raises ValueError where the images change their size.

    Plain writes, not a writable mapping: a full disk then raises an error, where a mapping would
    kill the process.
    """
    start, scales = 0, []
    for counts, offset, step in blocks:
        if not scales:
            shape = (number, *counts.shape[1:])
            header = {"descr": np.dtype(np.uint16).str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            start = file.tell()
        if counts.shape[1:] != shape[1:]:
            raise ValueError(f"images: needed one size, {shape[1:]}; got also {counts.shape[1:]}")
        file.write(np.ascontiguousarray(counts).data)
        scales.append((offset, step))
    file.flush()
    return start, shape, np.concatenate(scales, axis=1)
