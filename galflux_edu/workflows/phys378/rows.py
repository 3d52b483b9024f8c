"""From results to rows: one number each, beside the published one where there is one."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...metrics import ConfusionMatrix, accuracy, bootstrap_interval, f1, flux_metrics, recall
from ...reports import Row
from ..flux.evaluate import PUBLISHED_MSE
from .protocol import (
    ABLATIONS,
    COLLAPSE_SKIES,
    DROPOUT_RATES,
    NOISE_LEVELS,
    PUBLISHED_SCALINGS,
    SKY_SIGMA_ADU,
    ablation_name,
    collapse_name,
    collapsed_name,
    published_name,
    trial_name,
)
from .published import ACCURACY, CLASSES, CONFUSIONS, CURVES, LINES, LUCKIEST_EPOCH
from .scales import Scale
from .stages import chosen_dropout

SYSTEM = "phys378"
PHOTOMETRY = ("pixel-sum", "pixel-sum-corrected", "aperture")
NETWORKS = {"flux-cnn": "honest", "course-best": "course-best"}  # and the stem of their stages

DEAD_DEX = 1e-4  # predictions that spread by less say the same of every galaxy

Done = Mapping[str, dict[str, Any]]


def all_rows(done: Done, truth: np.ndarray, scale: Scale, edges: np.ndarray) -> list[Row]:
    """Return every row.

    Parameters
    ----------
    done
        Results by the name of their stage.
    truth
        True log10 flux of the test images, (N,).
    scale
        What was run.
    edges
        Log10 flux between low, medium and high, from the training galaxies.
    """
    return [
        *_catalogue(done["catalogue"]),
        *_published(done, truth, scale),
        *_honest(done, truth, edges),
        *_noise(done, truth),
        *_ablation(done),
    ]


def confusion(result: dict[str, Any]) -> ConfusionMatrix:
    """Return the confusion matrix of a baseline."""
    return ConfusionMatrix(np.asarray(result["labels"]), np.asarray(result["confusion"]))


def published_confusion(model: str) -> ConfusionMatrix:
    """Return the confusion matrix that the source printed."""
    return ConfusionMatrix(np.asarray(CLASSES), np.asarray(CONFUSIONS[model]))


def published_model(scaling: str, rate: float, epochs: int) -> str:
    """Return the name of a network of the published protocol."""
    return f"flux-cnn-{scaling}-{rate:g}-{epochs}"


def published_loss(rate: float, epochs: int) -> tuple[float, float] | None:
    """Return the training and test loss the source printed after so many epochs, if it did."""
    lengths = [n for r, n in CURVES if r == rate and n >= epochs]
    if not lengths:
        return None
    curve = CURVES[rate, min(lengths)]
    return curve.train[epochs - 1], curve.test[epochs - 1]


def readings(done: Done, model: str) -> np.ndarray:
    """Return the predictions of all seeds for the test images, (seeds, N); none: (0,)."""
    stem = NETWORKS[model]
    networks = [result for name, result in done.items() if _is_seed(name, stem)]
    return np.asarray([list(network["readings"].values())[-1] for network in networks])


def _is_seed(name: str, stem: str) -> bool:
    return name.startswith(f"{stem}-") and name.removeprefix(f"{stem}-").isdigit()


def _catalogue(result: dict[str, Any]) -> Iterator[Row]:
    yield Row(SYSTEM, "published", "constant", "mse_dex2", result["constant"]["mse_dex2"])
    for model, printed in LINES.items():
        for metric, number in printed.items():
            yield Row(SYSTEM, "published", model, metric, result[model][metric], number)
    for model in CONFUSIONS:
        ours, theirs = (
            _class_metrics(c) for c in (confusion(result[model]), published_confusion(model))
        )
        for metric, number in ours.items():
            printed = ACCURACY if metric == "accuracy" else theirs[metric]
            yield Row(SYSTEM, "published", model, metric, number, printed)


def _class_metrics(matrix: ConfusionMatrix) -> dict[str, float]:
    """Return accuracy, macro F1 and the recall of each class."""
    number = len(matrix.labels)
    cells = np.repeat(np.arange(number**2), matrix.counts.ravel())  # the cell of each galaxy
    true, predicted = matrix.labels[cells // number], matrix.labels[cells % number]
    recalls = recall(predicted, true, average=None)
    return {
        "accuracy": accuracy(predicted, true),
        "f1_macro": f1(predicted, true, average="macro"),
        **{f"recall_{name}": value for name, value in recalls.items()},
    }


def _published(done: Done, truth: np.ndarray, scale: Scale) -> Iterator[Row]:
    for rate, test_epochs in scale.published_runs:
        for scaling in PUBLISHED_SCALINGS:
            result = done[published_name(scaling, rate)]
            for epochs in test_epochs:
                model = published_model(scaling, rate, epochs)
                yield from _run(model, result, truth, rate, epochs)

    rate, test_epochs = max(scale.published_runs)
    model = f"{published_model('raw', rate, max(test_epochs))}-dying"
    yield from _run(model, done[collapsed_name(rate)], truth, rate, max(test_epochs))
    for sky in COLLAPSE_SKIES:
        share = float(np.mean(collapsed_runs(done, sky)))
        yield Row(SYSTEM, "published", f"flux-cnn-raw-{rate:g}", f"dead_share_sky_{sky:g}", share)


def _run(
    model: str, result: dict[str, Any], truth: np.ndarray, rate: float, epochs: int
) -> Iterator[Row]:
    """Yield the numbers of a training under the published protocol."""
    predicted = np.asarray(result["readings"][str(epochs)])
    ours = flux_metrics(predicted, truth) | {
        "train_mse_dex2": result["train_loss"][epochs - 1],
        "lowest_epoch_mse_dex2": min(result["validation_loss"][:epochs]),
        "prediction_std_dex": float(np.std(predicted)),
    }
    theirs: dict[str, float] = {}
    if (printed := published_loss(rate, epochs)) is not None:
        theirs = {"train_mse_dex2": printed[0], "mse_dex2": printed[1]}
    if (rate, epochs) == (0.001, 15):
        theirs["lowest_epoch_mse_dex2"] = LUCKIEST_EPOCH
    for metric, number in ours.items():
        yield Row(SYSTEM, "published", model, metric, number, theirs.get(metric))


def collapsed_runs(done: Done, sky: float) -> np.ndarray:
    """Return which seeds died at the highest rate under a sky, (seeds,)."""
    return np.asarray(done[collapse_name(sky)]["prediction_std_dex"]) < DEAD_DEX


def _honest(done: Done, truth: np.ndarray, edges: np.ndarray) -> Iterator[Row]:
    photometry = done[f"photometry-{SKY_SIGMA_ADU:g}"]
    estimates = {name: np.asarray([photometry[name]]) for name in PHOTOMETRY}
    estimates |= {name: readings(done, name) for name in NETWORKS}
    speeds = {"pixel-sum": photometry["images_per_second"]}
    speeds |= {
        name: float(np.mean([done[s]["images_per_second"] for s in done if _is_seed(s, stem)]))
        for name, stem in NETWORKS.items()
        if len(estimates[name])
    }
    for model, predicted in estimates.items():
        if len(predicted):
            metrics = _seeds_metrics(predicted, truth, edges)
            if model in speeds:
                metrics["images_per_second"] = speeds[model]
            for metric, number in metrics.items():
                known = PUBLISHED_MSE.get(model) if metric == "mse_dex2" else None
                yield Row(SYSTEM, "honest", model, metric, number, known)
    yield Row(SYSTEM, "honest", "flux-cnn", "dropout", chosen_dropout(done))
    yield from _bound(done, SKY_SIGMA_ADU, "")


def _seeds_metrics(predicted: np.ndarray, truth: np.ndarray, edges: np.ndarray) -> dict[str, float]:
    """Return the mean of each metric over seeds, and how far chance may have moved it.

    The interval holds 95 % of what other test galaxies would have given (a bootstrap over
    galaxies); ``mse_dex2_seed_std`` is what other seeds would.
    """
    each = [flux_metrics(one, truth) for one in predicted]
    metrics = {name: float(np.mean([one[name] for one in each])) for name in each[0]}
    squares = np.mean((predicted - truth) ** 2, axis=0)
    interval = bootstrap_interval(lambda x: float(np.mean(x)), squares)
    metrics |= {"mse_dex2_low95": interval.low, "mse_dex2_high95": interval.high}
    if len(predicted) > 1:
        metrics["mse_dex2_seed_std"] = float(np.std([one["mse_dex2"] for one in each], ddof=1))
    right = np.searchsorted(edges, predicted) == np.searchsorted(edges, truth)
    return metrics | {"tercile_accuracy": float(np.mean(right))}


def _bound(done: Done, sky: float, suffix: str) -> Iterator[Row]:
    bound = np.asarray(done[f"bound-{sky:g}"]["bound_dex2"])
    for name, average in (("mse_dex2", np.mean), ("median_mse_dex2", np.median)):
        yield Row(SYSTEM, "honest", "cramer-rao-floor", name + suffix, float(average(bound)))


def _noise(done: Done, truth: np.ndarray) -> Iterator[Row]:
    for sky in (SKY_SIGMA_ADU, *NOISE_LEVELS):
        suffix = f"_sky_{sky:g}"
        for model, predicted in noise_estimates(done, sky).items():
            number = float(np.mean((predicted - truth) ** 2))
            yield Row(SYSTEM, "honest", model, "mse_dex2" + suffix, number)
        yield from _bound(done, sky, suffix)


def noise_estimates(done: Done, sky: float) -> dict[str, np.ndarray]:
    """Return log10 flux by method under a sky; of the network's seeds the first."""
    photometry = done[f"photometry-{sky:g}"]
    network = "honest-0" if sky == SKY_SIGMA_ADU else f"noise-{sky:g}"
    estimates = {name: photometry[name] for name in PHOTOMETRY}
    estimates["flux-cnn"] = list(done[network]["readings"].values())[-1]
    return {name: np.asarray(predicted) for name, predicted in estimates.items()}


def ablation(done: Done) -> dict[str, tuple[dict, float, float]]:
    """Return recipe, validation and training loss at the end, by model name."""
    names = [*map(trial_name, DROPOUT_RATES), *map(ablation_name, ABLATIONS)]
    table = {}
    for name in names:
        result = done[name]
        recipe = result["recipe"]
        centred = "centred" if recipe["centre_target"] else "uncentred"
        model = "-".join(
            [
                "flux-cnn",
                recipe["input_scaling"],
                centred,
                f"dropout{recipe['dropout']:g}",
                recipe["schedule"],
            ]
        )
        table[model] = (recipe, result["validation_loss"][-1], result["train_loss"][-1])
    return table


def _ablation(done: Done) -> Iterator[Row]:
    for model, (_, validation, train) in ablation(done).items():
        yield Row(SYSTEM, "ablation", model, "validation_mse_dex2", validation)
        yield Row(SYSTEM, "ablation", model, "train_mse_dex2", train)
