"""The flux estimator: a recipe in, a fitted network that predicts flux from a picture out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from .datasets import Dataset, to_adu
from .datasets.checkpoint import load_checkpoint, require_same_shapes, save_checkpoint
from .engine import Array, to_numpy
from .errors import InputError, require_choice
from .models import INPUT_SCALINGS, build, rename
from .nn import Sequential
from .train import History, Hyperparameters, fit, predict

_KIND = "galflux flux model"


@dataclass(frozen=True, kw_only=True)
class Recipe(Hyperparameters):
    """The hyper-parameters of a flux network, and which network it is.

    Parameters
    ----------
    model
        Name in `models.MODELS`.
    input_scaling
        Name in `models.INPUT_SCALINGS`.
    """

    model: str = "flux-cnn"
    schedule: str = "cosine"

    def __post_init__(self) -> None:
        require_choice("input scaling", self.input_scaling, INPUT_SCALINGS)
        super().__post_init__()


def prepare(inputs: Mapping[str, Array], scaling: str) -> Float[Array, "N H W 1"]:
    """Turn 16-bit counts into the inputs of the network; runs inside the compiled step."""
    return INPUT_SCALINGS[scaling](to_adu(inputs))


@lru_cache
def _preparation(scaling: str) -> Callable:
    """Return the same function each time, so that a compiled step is found again."""
    return partial(prepare, scaling=scaling)


@dataclass(frozen=True)
class FluxModel:
    """A trained network with all that is needed to use it.

    Parameters
    ----------
    recipe
        How it was trained.
    pixels
        Width and height of the stamps it takes.
    target_mean
        What is added to the network's output, in dex.
    params
        The network's parameters.
    metadata
        What it was trained on: the dataset's metadata and fingerprint, the split.
    """

    recipe: Recipe
    pixels: int
    target_mean: float
    params: dict[str, Any]
    metadata: Mapping[str, Any]

    @cached_property
    def network(self) -> Sequential:
        """The network the recipe names."""
        return build(self.recipe.model, self.recipe.dropout)

    def predict(
        self, inputs: Mapping[str, Any], engine: str = "jax", progress: bool = False
    ) -> Float[np.ndarray, " N"]:
        """Return log10 flux in ADU, float64 (N,), of images as `Dataset.inputs` gives them."""
        scale = _preparation(self.recipe.input_scaling)
        output = predict(
            self.network, self.params, inputs, prepare=scale, engine=engine, progress=progress
        )
        return output[:, 0].astype(np.float64) + self.target_mean

    def save(self, path: Path | str) -> None:
        """Write the model to an ``.npz`` file (no pickle inside)."""
        stored = {
            "kind": _KIND,
            "recipe": asdict(self.recipe),
            "pixels": self.pixels,
            "target_mean": self.target_mean,
            "facts": dict(self.metadata),
        }
        save_checkpoint(path, to_numpy(self.params), stored)

    @classmethod
    def load(cls, path: Path | str) -> "FluxModel":
        """Read a model that `save` wrote.

        Raises
        ------
        InputError
            If the file holds something else, or a network of another architecture.
        """
        params, stored = load_checkpoint(path)
        known = {field.name for field in fields(Recipe)}
        complete = {"recipe", "pixels", "target_mean", "facts"} <= set(stored)
        if stored.get("kind") != _KIND or not complete or not set(stored["recipe"]) <= known:
            raise InputError(f"{path}: needed a model that galflux train wrote; got another file")
        recipe = Recipe(**stored["recipe"])
        network = build(recipe.model, recipe.dropout)
        pixels = stored["pixels"]
        expected, _ = network.init(np.random.default_rng(0), (pixels, pixels, 1))
        params = rename(params, like=expected)  # older files hold the plain network's names
        require_same_shapes(expected, params, str(path))
        return cls(recipe, pixels, stored["target_mean"], params, stored["facts"])


def train_flux(
    dataset: Dataset,
    train_rows: Int[np.ndarray, " n"],
    validation_rows: Int[np.ndarray, " m"],
    recipe: Recipe,
    *,
    metadata: Mapping[str, Any] | None = None,
    checkpoint: Path | None = None,
    patience: int | None = None,
    callbacks: Sequence[Callable] = (),
    engine: str = "jax",
    devices: int = 1,
    progress: bool = True,
) -> tuple[FluxModel, History]:
    """Train the recipe's network on a dataset to predict log10 flux.

    Parameters
    ----------
    dataset
        Images and catalogue.
    train_rows, validation_rows
        Rows to train on, and rows to validate on after every epoch.
    recipe
        How to train.
    metadata
        What to keep with the model about its data.
    checkpoint
        File from which an interrupted training goes on; written about every 100 steps.
    patience
        Stop after so many epochs without a better validation loss, and keep the best.
    callbacks
        Called after every step; see `train.fit`.
    engine
        ``"jax"`` or ``"numpy"``.
    devices
        Number of devices that share each batch.
    progress
        Show a progress bar.

    Returns
    -------
    The trained model and the history of its losses (in dex squared).
    """
    height, width = dataset.counts.shape[1:]
    if height != width:
        raise InputError(f"{dataset.folder}: needed square images; got {height}x{width} pixels")
    target = dataset.catalogue["log_total_flux"].to_numpy(np.float64)
    mean = float(np.mean(target[train_rows])) if recipe.centre_target else 0.0
    length = {"steps": recipe.steps} if recipe.steps else {"epochs": recipe.epochs}

    def pairs(rows: np.ndarray) -> tuple[dict, np.ndarray]:
        return dataset.inputs(rows), (target[rows, None] - mean).astype(np.float32)

    result = fit(
        build(recipe.model, recipe.dropout),
        pairs(train_rows),
        pairs(validation_rows),
        optimiser=recipe.build_optimiser(len(train_rows)),
        batch_size=recipe.batch_size,
        seed=recipe.seed,
        engine=engine,
        prepare=_preparation(recipe.input_scaling),
        callbacks=callbacks,
        checkpoint=checkpoint,
        checkpoint_every=100,
        patience=patience,
        devices=devices,
        precision=recipe.precision,
        progress=progress,
        **length,
    )
    model = FluxModel(recipe, height, mean, to_numpy(result.params), dict(metadata or {}))
    return model, result.history


def stamp_inputs(images: Float[np.ndarray, "N H W"]) -> dict[str, np.ndarray]:
    """Return images in ADU in the form that `FluxModel.predict` takes, without rounding."""
    ones = np.ones(len(images), np.float32)
    return {"counts": images.astype(np.float32), "offset": 0 * ones, "step": ones}
