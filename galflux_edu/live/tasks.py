"""What is learnt in front of a room, by name; data are drawn once and kept in the user's cache."""

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np

from .. import losses, metrics, sky
from ..datasets import Dataset, generate_catalogue
from ..datasets.checkpoint import load_checkpoint, save_checkpoint
from ..datasets.simulate import simulate_to_memmap
from ..engine import Array, Tree, to_numpy
from ..errors import InputError
from ..flux import prepare
from ..measure import log_flux, pixel_sum
from ..models import INPUT_SCALINGS, flux_cnn, galaxy10_mlp, gray_levels
from ..nn.layer import Layer
from ..sky import MORPHOLOGIES, simulate_morphologies
from ..train import Hyperparameters
from ..workflows.flux.evaluate import catalogue_line
from ..workflows.galaxy10.classify import LECTURE_7
from .interactive import Task

PIXELS = 64  # of a stamp: a step takes a fifth of the time of one at 143
TRAINING, VALIDATION = 4096, 256
SHAPES, VALIDATION_SHAPES = 4000, 500
SEED = 11
# A bright night: half of the galaxies have a signal-to-noise ratio below about 60.
SKY_SIGMA_ADU = 10.0
CONVERGING = Hyperparameters()
COLLAPSING = Hyperparameters(learning_rate=1e-2, input_scaling="raw", centre_target=False)
ONE_AT_A_TIME = LECTURE_7


def cache_folder() -> Path:
    """Return where drawn galaxies and compiled programs are kept: ``$GALFLUX_CACHE`` if set."""
    if "GALFLUX_CACHE" in os.environ:
        return Path(os.environ["GALFLUX_CACHE"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home()), "galflux")
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "galflux")


def flux_data(progress: bool = False) -> Dataset:
    """Return the galaxies of *Watch it learn*, drawn if they are not in the cache."""
    survey = sky.survey("hsc").with_stamp(PIXELS).with_conditions(sky_sigma_adu=SKY_SIGMA_ADU)
    number = TRAINING + VALIDATION
    catalogue = generate_catalogue(survey, number, np.random.default_rng(SEED))
    return simulate_to_memmap(cache_folder() / "watch", survey, catalogue, SEED, progress=progress)


def flux_task() -> Task:
    """Return the task of *Watch it learn*: log10 flux from a picture, with the flux CNN."""
    data = flux_data()
    target = data.catalogue["log_total_flux"].to_numpy(np.float64)
    train, validation = np.split(np.arange(len(data)), [TRAINING])
    line = catalogue_line(data.catalogue, train, validation)
    pixel_sums = log_flux(pixel_sum(data.images(validation)))
    return Task(
        build=flux_cnn,
        loss=losses.mse,
        train=(data.inputs(train), target[train, None].astype(np.float32)),
        validation=(data.inputs(validation), target[validation, None].astype(np.float32)),
        scalings={name: partial(prepare, scaling=name) for name in INPUT_SCALINGS},
        batch_size=32,
        score=flux_error,
        insight=first_convolution,
        baselines={
            "straight line on the catalogue": metrics.mse(line, target[validation]),
            "sum of the pixels": metrics.mse(pixel_sums, target[validation]),
        },
    )


def shape_data() -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures of *One image at a time* and their classes, drawn if not in the cache."""
    path = cache_folder() / "shapes.npz"
    if not path.exists():
        images, labels = simulate_morphologies(SHAPES + VALIDATION_SHAPES, SEED)
        tree = {"images": np.rint(images).astype(np.uint8), "labels": labels}
        save_checkpoint(path, tree, {"survey": "simulated after five classes of Galaxy10"})
    tree, _ = load_checkpoint(path)
    return tree["images"].astype(np.float32), tree["labels"]


def shapes_task() -> Task:
    """Return the task of *One image at a time*: five shapes, and the network of Lecture 7."""
    images, labels = shape_data()
    one_hot = np.eye(len(MORPHOLOGIES), dtype=np.float32)[labels]
    parts = slice(SHAPES), slice(SHAPES, None)
    train, validation = ((images[rows], one_hot[rows]) for rows in parts)
    most_common = np.argmax(train[1].mean(axis=0))
    return Task(
        build=lambda dropout: galaxy10_mlp(),
        loss=losses.sigmoid_cross_entropy,
        train=train,
        validation=validation,
        scalings={"gray": gray_levels},
        batch_size=1,
        score=share_correct,
        insight=first_dense,
        baselines={
            "goal of the lecture": 0.66,
            "always the most common class": float(validation[1][:, most_common].mean()),
        },
        steps_at_once=200,
    )


def flux_error(predicted: np.ndarray, true: np.ndarray) -> float:
    """Return the mean squared error of one number an example, shapes (N, 1)."""
    return metrics.mse(predicted[:, 0], true[:, 0])


def is_collapsed(predicted: np.ndarray, true: np.ndarray) -> bool:
    """Return whether predictions hardly depend on the inputs: a tenth of the true scatter."""
    return bool(np.std(predicted) < 0.1 * np.std(true))


def share_correct(predicted: np.ndarray, true: np.ndarray) -> float:
    """Return the share of examples whose highest score is at the true class, shapes (N, K)."""
    return metrics.accuracy(np.argmax(predicted, axis=1), np.argmax(true, axis=1))


def first_dense(network: Layer, params: Tree, first: Tree, example: Array) -> dict[str, np.ndarray]:
    """Return how the weights of the first eight hidden units have changed, as pictures."""
    name, side = next(iter(params)), example.shape[1]
    learnt = to_numpy(params[name]["weight"][:, :8] - first[name]["weight"][:, :8])
    return {"filters": learnt.T.reshape(8, side, side)}


def first_convolution(
    network: Layer, params: Tree, first: Tree, example: Array
) -> dict[str, np.ndarray]:
    """Return the kernels of the first layer, and its pooled feature maps of one example."""
    # On NumPy arrays: JAX would compile this one image anew, and keep it, at every snapshot.
    own = {name: to_numpy(leaf) for name, leaf in params[next(iter(params))].items()}
    maps, _ = network.layers[0].forward(own, to_numpy(example))
    kernels = own["weight"][:, :, 0, :]
    return {"filters": np.moveaxis(kernels, -1, 0), "maps": np.moveaxis(maps[0], -1, 0)}


TASKS: Mapping[str, Callable[[], Task]] = MappingProxyType(
    {"flux": flux_task, "shapes": shapes_task}
)


def make_task(name: str) -> Task:
    """Return the task called `name`."""
    if name not in TASKS:
        raise InputError(f"task: needed one of {', '.join(TASKS)}; got {name!r}")
    return TASKS[name]()
