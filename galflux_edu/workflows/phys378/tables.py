"""The tables of the report, for the page and for the terminal."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...reports import Row, Table
from ..report import LABELS, label_of, published_value, value
from .protocol import NOISE_LEVELS, PUBLISHED_SKY_ADU, SKY_SIGMA_ADU, published_name
from .published import FIRST_TEN, NOISE
from .rows import Done, ablation
from .scales import Scale

OURS = "Ours: a sky of {:g} ADU a pixel; published: " + NOISE
SCALINGS = {"raw": "raw counts", "max": "images over their maximum", "asinh": "asinh of counts"}


def published_table(rows: Sequence[Row]) -> Table:
    """Return the published protocol: every number the source printed, and ours."""
    metrics = {
        "mse_dex2": "test MSE [dex²]",
        "train_mse_dex2": "training MSE [dex²]",
        "lowest_epoch_mse_dex2": "luckiest epoch [dex²]",
        "r2": "R²",
        "accuracy": "accuracy",
        "f1_macro": "macro F1",
    }
    lines = []
    for row in rows:
        if row.protocol == "published" and row.metric in metrics:
            if row.published is None and row.metric != "mse_dex2":
                continue
            printed = None if row.published is None else f"{row.published:.4f}"
            lines.append((_name(row.model), metrics[row.metric], f"{row.ours:.4f}", printed))
    return Table(
        ("model", "metric", "ours", "published"),
        lines,
        f"The published protocol. {OURS.format(PUBLISHED_SKY_ADU)}.",
    )


def _name(model: str) -> str:
    if model in LABELS:
        return LABELS[model]
    scaling, rate, epochs, *dying = model.removeprefix("flux-cnn-").split("-")
    seed = ", a seed that dies" if dying else ""
    return f"flux CNN, {scaling}, rate {rate}, {epochs} epochs{seed}"


def honest_table(rows: Sequence[Row]) -> Table:
    """Return the honest protocol: one line a method."""
    lines = []
    for model in dict.fromkeys(r.model for r in rows if r.protocol == "honest"):
        error, low, high, bias, scatter, thirds = (
            value(rows, model, metric)
            for metric in (
                *("mse_dex2", "mse_dex2_low95", "mse_dex2_high95", "bias_dex", "scatter_dex"),
                "tercile_accuracy",
            )
        )
        printed = published_value(rows, model)
        lines.append(
            (
                label_of(model),
                f"{error:.2e}",
                None if low is None else f"{low:.1e}, {high:.1e}",
                None if bias is None else f"{bias:+.4f}",
                None if scatter is None else f"{scatter:.4f}",
                None if thirds is None else f"{thirds:.3f}",
                None if printed is None else f"{printed:.4f}",
            )
        )
    median = value(rows, "cramer-rao-floor", "median_mse_dex2")
    lines.append(("Cramér-Rao floor, median", f"{median:.2e}", *[None] * 5))
    header = (
        *("method", "test MSE [dex²]", "95 % interval", "bias [dex]", "scatter [dex]"),
        *("right third", "published MSE"),
    )
    return Table(header, lines, f"The honest protocol. {OURS.format(SKY_SIGMA_ADU)}.")


def noise_table(rows: Sequence[Row]) -> Table:
    """Return what a noisier sky does to each method."""
    skies = (SKY_SIGMA_ADU, *NOISE_LEVELS)
    models = ("pixel-sum", "pixel-sum-corrected", "aperture", "flux-cnn", "cramer-rao-floor")
    lines = [
        (label_of(model), *(_power(value(rows, model, f"mse_dex2_sky_{sky:g}")) for sky in skies))
        for model in models
    ]
    medians = (value(rows, "cramer-rao-floor", f"median_mse_dex2_sky_{sky:g}") for sky in skies)
    lines.append(("Cramér-Rao floor, median", *map(_power, medians)))
    header = ("test MSE [dex²] at a sky of", *(f"{sky:g} ADU" for sky in skies))
    return Table(header, lines, f"Sky noise in ADU a pixel. For the published 0.0388, {NOISE}.")


def _power(number: float | None) -> str | None:
    return None if number is None else f"{number:.2e}"


def ablation_table(done: Done) -> Table:
    """Return what each choice of the honest recipe is worth."""
    lines = [
        (
            SCALINGS[recipe["input_scaling"]],
            "mean off" if recipe["centre_target"] else "as it is",
            f"{recipe['dropout']:g}",
            recipe["schedule"],
            f"{validation:.2e}",
            f"{train:.2e}",
        )
        for recipe, validation, train in ablation(done).values()
    ]
    header = (
        *("input", "target", "dropout", "learning rate"),
        *("validation MSE [dex²]", "training MSE [dex²]"),
    )
    return Table(
        header, lines, f"Sky {SKY_SIGMA_ADU:g} ADU a pixel. Nothing here saw the test set."
    )


def ten_row_table(truth: pd.DataFrame, done: Done, scale: Scale, scaling: str) -> Table:
    """Return the first ten test galaxies: predicted, actual, difference."""
    rate, test_epochs = scale.published_runs[-1]
    predicted = done[published_name(scaling, rate)]["readings"][str(test_epochs[-1])]
    lines = []
    for galaxy, ours in zip(truth.head(10).itertuples(), predicted[:10], strict=True):
        printed = FIRST_TEN.get(galaxy.img_number)
        same = printed is not None and np.isclose(printed[0], galaxy.log_total_flux, atol=1e-4)
        lines.append(
            (
                str(galaxy.img_number),
                f"{galaxy.log_total_flux:.4f}",
                f"{ours:.4f}",
                f"{ours - galaxy.log_total_flux:+.4f}",
                f"{printed[1] - printed[0]:+.4f}" if same else None,
            )
        )
    header = ("galaxy", "actual", "predicted", "difference [dex]", "published difference")
    caption = (
        f"log10 of the flux in ADU, {SCALINGS[scaling]}, rate {rate:g}, {test_epochs[-1]} epochs. "
        f"{OURS.format(PUBLISHED_SKY_ADU)}. Its differences are those after 15 epochs, where it is "
        "the same galaxy."
    )
    return Table(header, lines, caption)
