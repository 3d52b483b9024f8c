"""Classify the shapes of galaxies with the network of Lecture 7, one picture at a time."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ...datasets.checkpoint import save_checkpoint
from ...engine import to_engine, to_numpy
from ...errors import InputError
from ...files import new_folder
from ...losses import sigmoid_cross_entropy
from ...metrics import accuracy
from ...models import CLASSIFIERS, gray_levels
from ...train import Hyperparameters, Trainer, predict
from ...train.step import finite
from ..report import RunReport
from .pictures import LABELS, Pictures, read_pictures, simulate_pictures
from .report import TrainedClassifier, write_classes

LECTURE_7 = Hyperparameters(
    optimiser="SGD",
    learning_rate=1e-3,
    batch_size=1,
    steps=200_000,
    dropout=0.0,
    input_scaling="gray",
    centre_target=False,
)


def predict_classes(name: str, params: Any, images: np.ndarray, engine: str) -> np.ndarray:
    """Return the class (N,) to which the network called `name` gives the highest score."""
    network = CLASSIFIERS[name]()
    scores = predict(network, params, images, prepare=gray_levels, engine=engine)
    return np.argmax(scores, axis=1)


def train_classifier(
    name: str,
    pictures: Pictures,
    settings: Hyperparameters,
    *,
    interval: int,
    engine: str,
    progress: Callable[[int], Any] = lambda steps: None,
) -> TrainedClassifier:
    """Train a classifier on random pictures, `interval` steps between two validations."""
    rng = np.random.default_rng(settings.seed)
    images, labels = pictures.train
    one_hot = np.eye(len(LABELS), dtype=np.float32)[labels]
    data = to_engine((np.float32(images), one_hot), engine)
    network, optimiser = CLASSIFIERS[name](), settings.build_optimiser(len(images))
    trainer = Trainer(network, sigmoid_cross_entropy, optimiser, gray_levels, engine)
    params, _ = network.init(rng, images.shape[1:])
    state = trainer.start(settings.seed, params=params)

    def validate() -> float:
        inputs, truth = pictures.validation
        return accuracy(predict_classes(name, state.params, inputs, engine), truth)

    accuracies = [validate()]
    while state.step < settings.steps:
        rows = rng.integers(0, len(images), (interval, settings.batch_size), dtype=np.int32)
        state, losses = trainer.advance(state, data, rows)
        finite(to_numpy(losses).tolist(), state.step)
        accuracies.append(validate())
        progress(interval)
    classes = predict_classes(name, state.params, pictures.test[0], engine)
    return TrainedClassifier(to_numpy(state.params), accuracies, classes)


def classify(
    out: Path,
    data: Path | None = None,
    *,
    galaxies: int = 10_000,
    settings: Hyperparameters = LECTURE_7,
    engine: str = "jax",
    command: str = "",
    progress: bool = True,
) -> RunReport:
    """Train the lecture network and a linear one, test them once, and write the run to `out`.

    Parameters
    ----------
    out
        Folder for the run; an earlier one is replaced.
    data
        ``dataG.pkl.gz``; None simulates.
    galaxies
        How many to simulate.
    settings
        How each network is trained; `steps` is rounded up to hundredths.
    engine, command, progress
        As everywhere.

    Raises
    ------
    InputError
        If the file holds other pictures, a number is out of range, or the loss is not finite.
    """
    if settings.steps < 1:
        raise InputError(f"steps: needed at least 1; got {settings.steps}")
    start = time.perf_counter()
    if data is None:
        pictures = simulate_pictures(galaxies, settings.seed, engine, progress)
    else:
        pictures = read_pictures(data, settings.seed)
    interval = math.ceil(settings.steps / 100)
    settings = replace(settings, steps=interval * math.ceil(settings.steps / interval))
    trained = {}
    bar = tqdm(total=len(CLASSIFIERS) * settings.steps, unit="step", disable=not progress)
    with bar:
        for name in CLASSIFIERS:
            bar.set_description(name)
            trained[name] = train_classifier(
                name, pictures, settings, interval=interval, engine=engine, progress=bar.update
            )
    with new_folder(out, overwrite=True) as folder:
        for name, each in trained.items():
            save_checkpoint(folder / f"{name}.npz", each.params, {"kind": name, "command": command})
        report = write_classes(folder, pictures, trained, interval, command, settings.seed, start)
    return RunReport(report.table, report.metrics, out / report.report.name)
