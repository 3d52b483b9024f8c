"""What each stage computes: numbers as JSON holds them, nothing rounded and nothing judged."""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np

from ...baselines import LinearRegression, RandomForest, SoftmaxRegression
from ...datasets import Dataset
from ...datasets.checkpoint import load_checkpoint, save_checkpoint
from ...datasets.simulate import BATCH
from ...flux import FluxModel, Recipe, train_flux
from ...measure import aperture_sum, cramer_rao_bound, log_flux, pixel_sum
from ...metrics import confusion_matrix, mse, r2
from ...models import build
from ...nn import count_parameters
from ...train import Event
from ..flux.evaluate import FEATURES
from ..stages import Store
from .data import Data
from .protocol import (
    APERTURES,
    DROPOUT_RATES,
    Bound,
    CollapseCount,
    Drawing,
    Photometry,
    Stage,
    Tables,
    Training,
    trial_name,
)
from .published import CLASSES

SIZES = ("train_images", "test_images")


@dataclass(frozen=True)
class Work:
    """What a stage works with: the galaxies, the results so far, and room for its own."""

    data: Data
    store: Store
    done: Mapping[str, dict[str, Any]]


def arguments(stage: Stage, work: Work) -> dict[str, Any]:
    """Return everything that the result of a stage depends on, as JSON holds it.

    The version of the package, the estimated minutes and settings that are off (zero, False,
    empty) are left out, so that a package with one more setting still finds what it computed.
    """
    settings = _on(asdict(stage) | {"minutes": 0})
    if isinstance(stage, Training | CollapseCount):
        recipe = _recipe(stage, work)
        settings["recipe"] = _on(asdict(recipe))
        settings["parameters"] = _count(recipe, work.data.survey.stamp_pixels)
    key = {
        "stage": settings,
        "seed": work.data.seed,
        "engine": work.data.engine,
        "scale": {name: getattr(work.data.scale, name) for name in SIZES},
        "galaxies": work.data.identity,
    }
    return json.loads(json.dumps(key))


def _count(recipe: Recipe, pixels: int) -> int:
    """Return the number of parameters: a network may change while it keeps its name."""
    network = build(recipe.model, recipe.dropout)
    params, _ = network.init(np.random.default_rng(0), (pixels, pixels, 1))
    return count_parameters(params)


def _on(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value}


@singledispatch
def compute(stage: Stage, work: Work) -> dict[str, Any]:
    """Return the result of a stage."""
    raise TypeError(f"compute: needed a kind of stage with a way to do it; got {type(stage)}")


@compute.register
def _(stage: Drawing, work: Work) -> dict[str, Any]:
    return {"images": len(work.data.drawn)}


@compute.register
def _(stage: Tables, work: Work) -> dict[str, Any]:
    """Fit the published baselines, on columns that cannot know the flux."""
    train, test = work.data.train[: work.data.scale.table_galaxies], work.data.test
    learnt, asked = (t["log_total_flux"].to_numpy(np.float64) for t in (train, test))
    result: dict[str, Any] = {
        "constant": {"mse_dex2": mse(np.full_like(asked, learnt.mean()), asked)}
    }
    for name, columns in (
        ("catalogue-linear", FEATURES),
        ("catalogue-linear-re-bt", ["R_e", "bt"]),
    ):
        line = LinearRegression().fit(train[columns].to_numpy(np.float64), learnt)
        predicted = line.predict(test[columns].to_numpy(np.float64))
        result[name] = {"mse_dex2": mse(predicted, asked), "r2": r2(predicted, asked)}
    X, X_test = (table[FEATURES].to_numpy(np.float64) for table in (train, test))
    for name, model in (
        ("catalogue-logistic", SoftmaxRegression()),
        (
            "catalogue-forest",
            RandomForest(n_estimators=stage.trees, n_jobs=-1, random_state=work.data.seed),
        ),
    ):
        predicted = model.fit(X, tercile_labels(learnt)).predict(X_test)
        counts = confusion_matrix(predicted, tercile_labels(asked), labels=CLASSES).counts
        result[name] = {"labels": list(CLASSES), "confusion": counts.tolist()}
    return result


def tercile_labels(log_flux: np.ndarray) -> np.ndarray:
    """Return low, medium or high, a third of the galaxies each."""
    names = np.asarray(["low", "medium", "high"])
    return names[np.searchsorted(np.quantile(log_flux, [1 / 3, 2 / 3]), log_flux)]


@compute.register
def _(stage: Photometry, work: Work) -> dict[str, Any]:
    """Add up pixels, whole stamps and circles; the validation images choose the circle."""
    dataset, parts = work.data.observed(stage.sky_sigma_adu), work.data.parts
    learnt = parts.train[: stage.images]
    truth = dataset.catalogue["log_total_flux"].to_numpy(np.float64)
    half = work.data.survey.stamp_pixels / 2
    start = time.perf_counter()
    whole, *circles = _growth(dataset, [fraction * half for fraction in APERTURES])
    speed = len(dataset) / (time.perf_counter() - start)

    def corrected(flux: np.ndarray, rows: np.ndarray) -> np.ndarray:
        line = LinearRegression().fit(flux[learnt, None], truth[learnt])
        return line.predict(flux[rows, None])

    errors = [mse(corrected(c, parts.validation), truth[parts.validation]) for c in circles]
    best = int(np.argmin(errors))
    return {
        "pixel-sum": whole[parts.test].tolist(),
        "pixel-sum-corrected": corrected(whole, parts.test).tolist(),
        "aperture": corrected(circles[best], parts.test).tolist(),
        "radius_arcsec": APERTURES[best] * half * work.data.survey.pixel_scale_arcsec,
        "images_per_second": speed,
    }


def _growth(dataset: Dataset, radii: list[float]) -> np.ndarray:
    """Return log10 of the light of whole stamps, then inside each radius, (1 + radii, N)."""
    blocks = []
    for start in range(0, len(dataset), BATCH):
        images = dataset.images(slice(start, start + BATCH))
        blocks.append([pixel_sum(images), *(aperture_sum(images, radius) for radius in radii)])
    return np.stack([log_flux(flux) for flux in np.concatenate(blocks, axis=1)])


@compute.register
def _(stage: Bound, work: Work) -> dict[str, Any]:
    survey = work.data.survey.with_conditions(sky_sigma_adu=stage.sky_sigma_adu)
    bound = cramer_rao_bound(work.data.truth[: stage.galaxies], survey, work.data.engine)
    return {"bound_dex2": bound.tolist()}


def chosen_dropout(done: Mapping[str, dict[str, Any]]) -> float:
    """Return the dropout rate whose trial ended with the lowest validation loss."""
    return min(DROPOUT_RATES, key=lambda rate: done[trial_name(rate)]["validation_loss"][-1])


def most_collapsed_seed(counted: dict[str, Any]) -> int:
    """Return the seed whose predictions spread least: the first that died, if one did."""
    return counted["recipe"]["seed"] + int(np.argmin(counted["prediction_std_dex"]))


def _recipe(stage: Training | CollapseCount, work: Work) -> Recipe:
    recipe = replace(stage.recipe, seed=work.data.seed + stage.recipe.seed)
    if isinstance(stage, Training) and stage.collapsed_in:
        return replace(recipe, seed=most_collapsed_seed(work.done[stage.collapsed_in]))
    if isinstance(stage, Training) and stage.chooses_dropout:
        return replace(recipe, dropout=chosen_dropout(work.done))
    return recipe


@compute.register
def _(stage: Training, work: Work) -> dict[str, Any]:
    """Train a network, going on where an interrupted training stopped."""
    key = arguments(stage, work)
    recipe = _recipe(stage, work)
    dataset, parts = work.data.observed(stage.sky_sigma_adu), work.data.parts
    if stage.monitored_split == "test":  # as published: trained on all images
        train_rows, watched = np.arange(stage.images), parts.test
    else:
        train_rows, watched = parts.train[: stage.images], parts.validation
    per_epoch = math.ceil(len(train_rows) / recipe.batch_size)

    def kept(epoch: int):
        return work.store.unfinished(stage.name, key, f"epoch-{epoch}")

    def keep(event: Event) -> None:
        if event.epoch in stage.test_epochs and event.step == event.epoch * per_epoch:
            save_checkpoint(kept(event.epoch), event.params, {})

    model, history = train_flux(
        dataset,
        train_rows,
        watched,
        recipe,
        checkpoint=work.store.unfinished(stage.name, key, "training"),
        callbacks=[keep],
        engine=work.data.engine,
        progress=work.data.progress,
    )
    readings = {}
    for epoch in stage.test_epochs:
        then = replace(model, params=load_checkpoint(kept(epoch))[0])
        readings[str(epoch)], speed = _read(then, dataset, parts.test, work.data.engine)
    return {
        "recipe": asdict(recipe),
        "images": len(train_rows),
        "train_loss": history.train_loss,
        "validation_loss": history.validation_loss,
        "readings": readings,
        **({"images_per_second": speed} if readings else {}),
    }


@compute.register
def _(stage: CollapseCount, work: Work) -> dict[str, Any]:
    dataset, parts = work.data.observed(stage.sky_sigma_adu), work.data.parts
    recipe = _recipe(stage, work)
    spreads = []
    for seed in range(recipe.seed, recipe.seed + stage.seeds):
        model, _ = train_flux(
            dataset,
            np.arange(stage.images),  # the images of the published run, in the same order
            parts.validation,
            replace(recipe, seed=seed),
            engine=work.data.engine,
            progress=work.data.progress,
        )
        predicted = model.predict(dataset.inputs(parts.validation), work.data.engine)
        spreads.append(float(np.std(predicted)))
    return {"recipe": asdict(recipe), "prediction_std_dex": spreads}


def _read(
    model: FluxModel, dataset: Dataset, rows: np.ndarray, engine: str
) -> tuple[list[float], float]:
    """Return what a network predicts for some galaxies, and how many images a second."""
    model.predict(dataset.inputs(rows[:BATCH]), engine)  # compile before the clock starts
    start = time.perf_counter()
    log_flux = model.predict(dataset.inputs(rows), engine)
    return log_flux.tolist(), len(rows) / (time.perf_counter() - start)
