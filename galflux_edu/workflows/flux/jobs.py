"""What the commands do: train, evaluate, predict, and the three in one."""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ... import __version__, sky
from ...datasets import (
    Dataset,
    fit_to_size,
    open_dataset,
    read_fits_image,
    read_image,
    stratified_split,
)
from ...datasets.simulate import simulate_in_memory
from ...errors import InputError
from ...files import new_folder
from ...flux import FluxModel, Recipe, stamp_inputs, train_flux
from ...train import History
from ..report import RunReport, write_json
from .evaluate import evaluate
from .report import write_report

# Quickstart: small enough for two minutes on two cores, large enough to learn.
QUICKSTART_GALAXIES = 8000
QUICKSTART_RECIPE = Recipe(steps=250, learning_rate=2e-3)


def _split(dataset: Dataset, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows of training, validation and test: 60, 20 and 20 %, alike in flux."""
    return stratified_split(dataset.catalogue["log_total_flux"].to_numpy(np.float64), seed=seed)


def _fingerprint(catalogue: pd.DataFrame) -> str:
    """Return a short hash of the galaxies, to know a training set again."""
    text = catalogue[["file_name", "total_flux"]].to_csv(index=False, float_format="%.17g")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _training_metadata(
    dataset: Dataset, train_rows: np.ndarray, recipe: Recipe, command: str
) -> dict[str, Any]:
    """Return what is stored with a model about its training."""
    return {
        "steps_per_epoch": -(-len(train_rows) // recipe.batch_size),
        "data": str(dataset.folder.resolve()),
        "fingerprint": _fingerprint(dataset.catalogue),
        "split_seed": recipe.seed,
        "dataset": dict(dataset.metadata),
        "command": command,
        "galflux_version": __version__,
    }


def train(
    dataset: Dataset,
    out: Path,
    recipe: Recipe,
    *,
    patience: int | None = None,
    engine: str = "jax",
    devices: int = 1,
    command: str = "",
    progress: bool = True,
) -> History:
    """Train on 60 % of a dataset, validate on 20 %, and write the run to `out`.

    An interrupted training goes on when it is called again with the same arguments.
    """
    if (out / "model.npz").exists():
        raise InputError(f"{out}: needed a folder without a finished run; got one with model.npz")
    train_rows, validation_rows, _ = _split(dataset, recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    model, history = train_flux(
        dataset,
        train_rows,
        validation_rows,
        recipe,
        metadata=_training_metadata(dataset, train_rows, recipe, command),
        checkpoint=out / "training.npz",
        patience=patience,
        engine=engine,
        devices=devices,
        progress=progress,
    )
    write_json(out / "history.json", vars(history))
    model.save(out / "model.npz")
    return history


def _read_history(run: Path) -> History:
    path = run / "history.json"
    try:
        return History(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: needed what galflux train wrote; got '{error}'") from error


def evaluate_run(
    run: Path,
    data: Path | None = None,
    *,
    engine: str = "jax",
    command: str = "",
    progress: bool = True,
) -> RunReport:
    """Evaluate a run on the test part of its dataset, or on the whole of another dataset."""
    start = time.perf_counter()
    model = FluxModel.load(run / "model.npz")
    history = _read_history(run)
    dataset = open_dataset(data or Path(model.metadata["data"]), progress)
    if dataset.counts.shape[1:] != (model.pixels, model.pixels):
        raise InputError(
            f"{dataset.folder}: needed images of {model.pixels}x{model.pixels} pixels, which the "
            f"network of {run} takes; got {'x'.join(map(str, dataset.counts.shape[1:]))}"
        )
    if _fingerprint(dataset.catalogue) == model.metadata["fingerprint"]:
        train_rows, _, test_rows = _split(dataset, model.metadata["split_seed"])
    elif data is None:
        raise InputError(
            f"{dataset.folder}: needed the dataset that {run} was trained on; got one that has "
            "changed since"
        )
    else:
        train_rows = test_rows = np.arange(len(dataset))
    evaluation = evaluate(model, dataset, train_rows, test_rows, engine=engine, progress=progress)
    return write_report(
        run,
        evaluation,
        history,
        dataset,
        steps_per_epoch=model.metadata["steps_per_epoch"],
        title="Galaxy flux from pictures",
        command=command,
        seed=model.recipe.seed,
        seconds=time.perf_counter() - start,
        metadata={"recipe": str(model.recipe), "trained by": model.metadata["command"]},
    )


def quickstart(
    out: Path, *, seed: int = 0, engine: str = "jax", command: str = "", progress: bool = True
) -> RunReport:
    """Simulate a small survey in memory, train, evaluate once, and write the run to `out`."""
    start = time.perf_counter()
    recipe = replace(QUICKSTART_RECIPE, seed=seed)
    dataset = simulate_in_memory(sky.survey("hsc"), QUICKSTART_GALAXIES, seed, engine, progress)
    train_rows, validation_rows, test_rows = _split(dataset, seed)
    model, history = train_flux(
        dataset,
        train_rows,
        validation_rows,
        recipe,
        metadata=_training_metadata(dataset, train_rows, recipe, command),
        engine=engine,
        progress=progress,
    )
    evaluation = evaluate(model, dataset, train_rows, test_rows, engine=engine, progress=progress)
    with new_folder(out, overwrite=True) as folder:
        write_json(folder / "history.json", vars(history))
        model.save(folder / "model.npz")
        written = write_report(
            folder,
            evaluation,
            history,
            dataset,
            steps_per_epoch=model.metadata["steps_per_epoch"],
            title="Galaxy flux from pictures: quickstart",
            command=command,
            seed=seed,
            seconds=time.perf_counter() - start,
            metadata={"recipe": str(recipe), "galaxies": QUICKSTART_GALAXIES},
        )
    return RunReport(written.table, written.metrics, out / written.report.name)


def predict_files(
    run: Path, paths: Sequence[Path], hdu: str | None = None, engine: str = "jax"
) -> tuple[list[tuple], list[str]]:
    """Return a table line for each image file, and what should be known about them."""
    model = FluxModel.load(run / "model.npz")
    images, sizes = [], []
    for path in paths:
        if path.suffix.lower() == ".png":
            image = read_image(path)
        else:
            image = read_fits_image(path, int(hdu) if hdu and hdu.isdigit() else hdu)
        sizes.append("x".join(map(str, image.shape)))
        images.append(fit_to_size(image, model.pixels))
    log_flux = model.predict(stamp_inputs(np.stack(images)), engine)
    table = [
        (path.name, size, f"{value:.3f}", f"{10**value:,.0f}")
        for path, size, value in zip(paths, sizes, log_flux, strict=True)
    ]
    notes = [f"images of another size were cropped or padded to {model.pixels} pixels"]
    if all(size == f"{model.pixels}x{model.pixels}" for size in sizes):
        notes = []
    seen = model.metadata["dataset"]
    if "pixel_scale_arcsec" in seen:
        notes.append(
            f"the network has only seen {seen['survey']} images ({seen['pixel_scale_arcsec']} "
            "arcsec a pixel, counts in ADU); on pictures from another telescope its answer is a "
            "number, not a measurement"
        )
    return table, notes
