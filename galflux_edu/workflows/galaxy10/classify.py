"""Tell the shapes of galaxies apart with the network of Lecture 7, one picture at a time."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ...datasets.checkpoint import save_checkpoint
from ...engine import random_key, to_engine, to_numpy
from ...errors import InputError
from ...files import new_folder
from ...losses import sigmoid_cross_entropy
from ...metrics import accuracy
from ...models import CLASSIFIERS, gray_levels
from ...optim import SGD
from ...train import compile_updates, predict
from ...train.step import finite
from ..flux.report import RunReport
from .pictures import LABELS, Pictures, read_pictures, simulate_pictures
from .report import Learnt, write_classes


def classes_of(name: str, params: Any, images: np.ndarray, engine: str) -> np.ndarray:
    """Return the class (N,) that the network called `name` finds likeliest."""
    network = CLASSIFIERS[name]()
    scores = predict(network, params, images, prepare=gray_levels, engine=engine)
    return np.argmax(scores, axis=1)


def learn(
    name: str,
    pictures: Pictures,
    *,
    steps: int,
    every: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    engine: str,
    progress: Callable[[int], Any] = lambda steps: None,
) -> Learnt:
    """Train a classifier by plain SGD on random pictures, `every` steps between two looks."""
    rng = np.random.default_rng(seed)
    optimiser, network = SGD(learning_rate), CLASSIFIERS[name]()
    params, _ = network.init(rng, (69, 69, 1))
    params = to_engine(params, engine)
    state, key = optimiser.init(params), random_key(seed, engine)
    images, labels = pictures.train
    one_hot = np.eye(len(LABELS), dtype=np.float32)[labels]
    inputs, target = to_engine((np.float32(images), one_hot), engine)
    updates = compile_updates(network, sigmoid_cross_entropy, optimiser, gray_levels, engine)

    def look() -> float:
        return accuracy(classes_of(name, params, pictures.validation[0], engine), truth)

    truth = pictures.validation[1]
    seen = [look()]
    for first in range(0, steps, every):
        rows = rng.integers(0, len(images), (every, batch_size), dtype=np.int32)
        params, state, losses = updates(
            params, state, inputs, target, key, first, to_engine(rows, engine)
        )
        finite(to_numpy(losses).tolist(), first + every)
        seen.append(look())
        progress(every)
    return Learnt(to_numpy(params), seen, classes_of(name, params, pictures.test[0], engine))


def classify(
    out: Path,
    data: Path | None = None,
    *,
    galaxies: int = 10_000,
    steps: int = 200_000,
    batch_size: int = 1,
    learning_rate: float = 1e-3,
    seed: int = 0,
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
    steps
        Training steps of each network, rounded up to hundredths.
    batch_size
        Pictures a step.
    learning_rate
        Of plain SGD.
    seed, engine, command, progress
        As everywhere.

    Raises
    ------
    InputError
        If the file holds other pictures, a number is out of range, or the loss is not finite.
    """
    for name, value in {"steps": steps, "batch-size": batch_size}.items():
        if value < 1:
            raise InputError(f"{name}: needed at least 1; got {value}")
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise InputError(f"learning-rate: needed a number above 0; got {learning_rate}")
    start = time.perf_counter()
    if data is None:
        pictures = simulate_pictures(galaxies, seed, engine, progress)
    else:
        pictures = read_pictures(data, seed)
    every = math.ceil(steps / 100)
    looks = math.ceil(steps / every)
    learnt = {}
    bar = tqdm(total=len(CLASSIFIERS) * looks * every, unit="step", disable=not progress)
    with bar:
        for name in CLASSIFIERS:
            bar.set_description(name)
            learnt[name] = learn(
                name,
                pictures,
                steps=steps,
                every=every,
                batch_size=batch_size,
                learning_rate=learning_rate,
                seed=seed,
                engine=engine,
                progress=bar.update,
            )
    with new_folder(out, overwrite=True) as folder:
        for name, each in learnt.items():
            save_checkpoint(folder / f"{name}.npz", each.params, {"kind": name, "command": command})
        told = write_classes(folder, pictures, learnt, every, command, seed, start)
    return RunReport(told.table, told.metrics, out / told.report.name)
