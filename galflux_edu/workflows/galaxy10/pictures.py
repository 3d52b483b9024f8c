"""Pictures of galaxies of five shapes, to learn from, to validate and to test."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ...datasets import read_labelled_images
from ...errors import InputError
from ...sky import MORPHOLOGIES, simulate_morphologies

LABELS = tuple(kind.name for kind in MORPHOLOGIES)
SIMULATED = (
    "The pictures are simulated after five classes of Galaxy10; none of them is from the survey. "
    "Accuracies here and there cannot be compared."
)
REAL = "The pictures are those of the file: {}."


@dataclass(frozen=True)
class Pictures:
    """Pictures (N, 69, 69, 1) with gray levels and their classes (N,): three parts, kept apart."""

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    simulated: bool
    note: str


def read_pictures(path: Path, seed: int) -> Pictures:
    """Return the pictures of ``dataG.pkl.gz``; a tenth of its training part validates."""
    arrays = read_labelled_images(path)
    shape, classes = arrays.train_images.shape[1:], arrays.train_labels.shape[1]
    if shape != (69, 69, 1) or classes != len(LABELS):
        raise InputError(
            f"{path}: needed pictures of shape (69, 69, 1) and {len(LABELS)} classes; "
            f"got {shape} and {classes}"
        )
    order = np.random.default_rng(seed).permutation(len(arrays.train_images))
    images, labels = arrays.train_images[order], np.argmax(arrays.train_labels[order], axis=1)
    held_out = max(1, len(images) // 10)
    return Pictures(
        train=(images[held_out:], labels[held_out:]),
        validation=(images[:held_out], labels[:held_out]),
        test=(arrays.test_images, np.argmax(arrays.test_labels, axis=1)),
        simulated=False,
        note=REAL.format(path.name),
    )


def simulate_pictures(number: int, seed: int, engine: str, progress: bool) -> Pictures:
    """Return simulated pictures: 80 % to learn from, 10 % to validate, 10 % to test."""
    if number < 100:
        raise InputError(f"classify: needed at least 100 galaxies; got {number}")
    over = partial(tqdm, desc="draw", unit="block", disable=not progress)
    images, labels = simulate_morphologies(number, seed, engine, over)
    tenth = number // 10
    parts = (slice(2 * tenth, None), slice(tenth), slice(tenth, 2 * tenth))
    train, validation, test = ((images[part], labels[part]) for part in parts)
    return Pictures(train, validation, test, simulated=True, note=SIMULATED)
