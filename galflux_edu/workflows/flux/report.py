"""Tell the story of a run: one table, six pictures, one page."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ... import plots
from ...datasets import Dataset
from ...reports import Picture, Row, Section, Table, html_report, text_table
from ...train import History
from ..report import (
    RunReport,
    draw,
    environment_info,
    label_of,
    published_value,
    value,
    write_json,
    write_metrics,
    write_pictures,
)
from .evaluate import Evaluation

HEADER = (
    "method",
    "MSE [dex²]",
    "bias [dex]",
    "scatter [dex]",
    "images/s",
    "published MSE",
)
# PHYS378 trained the same network three times; the shortest run did not learn.
PUBLISHED_CNN = "0.0388, 0.0489"


def write_report(
    folder: Path,
    evaluation: Evaluation,
    history: History,
    dataset: Dataset,
    *,
    steps_per_epoch: int,
    title: str,
    command: str,
    seed: int,
    seconds: float,
    metadata: Mapping[str, str | int | float],
) -> RunReport:
    """Write ``report.html``, ``figures/*.png``, ``metrics.json`` and ``history.json``."""
    rows = evaluation.rows(dataset.metadata)
    table = _table(rows)
    pictures = _pictures(evaluation, history, dataset, steps_per_epoch)
    write_pictures(folder, pictures)
    metrics = write_metrics(folder, rows, command, seed, seconds)
    write_json(folder / "history.json", vars(history))
    notes = _notes(dataset, len(evaluation.truth))
    html_report(
        folder / "report.html",
        title,
        _sections(table, notes, pictures),
        command=command,
        summary=_summary(rows),
        metadata={**environment_info(seed, seconds), **metadata},
    )
    text = text_table(table.header, table.rows)
    return RunReport("\n".join([text, "", *notes]), metrics, folder / "report.html")


def _table(rows: list[Row]) -> Table:
    """Return the numbers side by side, one method a line."""
    lines = []
    for model in dict.fromkeys(row.model for row in rows):
        mse, bias, scatter, speed = (
            value(rows, model, metric)
            for metric in ("mse_dex2", "bias_dex", "scatter_dex", "images_per_second")
        )
        published = published_value(rows, model)
        known = PUBLISHED_CNN if model == "flux-cnn" and published else published
        lines.append(
            (
                label_of(model),
                f"{mse:.2e}",
                None if bias is None else f"{bias:+.4f}",
                None if scatter is None else f"{scatter:.4f}",
                None if speed is None else f"{speed:,.0f}",
                known if known is None or isinstance(known, str) else f"{known:.4f}",
            )
        )
    median = value(rows, "cramer-rao-floor", "median_mse_dex2")
    if median is not None:
        lines.append(("Cramér-Rao floor, median", f"{median:.2e}", None, None, None, None))
    return Table(HEADER, lines, caption="Every number is for log10 of the flux; 0.1 dex is 26 %.")


def _notes(dataset: Dataset, tested: int) -> list[str]:
    """Return what a reader must know beside the numbers."""
    notes = [f"Measured once, on {tested:,} test galaxies that no choice has looked at."]
    metadata = dataset.metadata
    if "sky_sigma_adu" in metadata:
        notes.append(
            f"The images are simulated; noise: sky {metadata['sky_sigma_adu']} ADU a pixel, "
            f"{metadata['electrons_per_adu']} electrons per ADU ({metadata['assumption']}). "
            "Noise decides how these numbers compare with published ones, whose noise is unknown."
        )
    return notes


def _summary(rows: list[Row]) -> str:
    network = next(r.model for r in reversed(rows) if r.metric == "images_per_second")
    mse, simple = (value(rows, m, "mse_dex2") for m in (network, "pixel-sum"))
    factor = 10 ** np.sqrt(mse)
    verdict = "less than" if mse < simple else "more than"
    return (
        f"The network's mean squared error is {mse:.2g} dex²: a typical flux is right to a factor "
        f"of {factor:.2f}. That is {verdict} adding up the pixels ({simple:.2g} dex²), which needs "
        "no learning."
    )


def _pictures(
    evaluation: Evaluation, history: History, dataset: Dataset, steps_per_epoch: int
) -> dict[str, Picture]:
    truth = evaluation.truth
    network = evaluation.estimates[-1]
    residuals = evaluation.residuals()
    shown = np.linspace(0, len(truth) - 1, 8).astype(int)
    order = np.argsort(evaluation.true_log_flux)[shown]
    by_row = dataset.catalogue.index.get_indexer(truth.index)[order]
    images = dataset.images(by_row)
    titles = [f"{flux:,.0f} ADU" for flux in truth["total_flux"].to_numpy()[order]]

    def gallery():
        figure, axes = plots.new_figure(2, 4, (2.3, 2.4))
        scale = dataset.metadata.get("pixel_scale_arcsec", 1.0)
        plots.galaxy_gallery(axes, images, pixel_scale_arcsec=scale, titles=titles)
        return figure

    def learning():
        figure, ax = plots.new_figure(panel_inches=(6.0, 3.8))
        plots.learning_curve(ax, history, loss_label="loss [dex²]", steps_per_epoch=steps_per_epoch)
        return figure

    def predicted():
        figure, ax = plots.new_figure(panel_inches=(4.6, 4.6))
        plots.predicted_against_true(
            ax, evaluation.true_log_flux, network.log_flux, label_of(network.model)
        )
        return figure

    def histogram():
        figure, ax = plots.new_figure(panel_inches=(4.6, 4.6))
        own = {label_of(n): r for n, r in residuals.items() if n != "catalogue-linear"}
        plots.residual_histogram(ax, own)
        return figure

    def dependence():
        figure, axes = plots.new_figure(1, 3, (3.6, 3.4))
        quantities = (
            (evaluation.true_log_flux, plots.LOG_FLUX),
            (truth["R_e"].to_numpy(), "half-light radius [arcsec]"),
            (truth["bt"].to_numpy(), "bulge-to-total ratio"),
        )
        for ax, (x, label) in zip(axes, quantities, strict=True):
            for name in ("pixel-sum", network.model):
                plots.error_against(ax, x, residuals[name], label, label=label_of(name))
        return figure

    drawings = {
        "galaxies": (
            gallery,
            "Eight simulated galaxies from the test set, faint to bright.",
            "Eight of the test galaxies, from faint to bright, on one asinh scale.",
        ),
        "learning": (
            learning,
            "Training and validation loss against the step, on a logarithmic axis.",
            "How the loss fell. With dropout on, the training loss lies above the validation loss.",
        ),
        "predicted": (
            predicted,
            "Predicted against true log flux of the test galaxies, with the one-to-one line.",
            "Every test galaxy once.",
        ),
        "residuals": (
            histogram,
            "Histograms of predicted minus true log flux for the network and the pixel sum.",
            "Who errs how much.",
        ),
        "dependence": (
            dependence,
            "Median error and middle 68 % against flux, half-light radius and bulge-to-total.",
            "Where the errors come from.",
        ),
    }
    return draw(drawings)


def _sections(table: Table, notes: list[str], pictures: Mapping[str, Picture]) -> list[Section]:
    bound = (
        "The Cramér-Rao floor is the smallest variance that any unbiased estimator can have on "
        "these images, averaged over the first galaxies of the test set; a few faint ones dominate "
        "its mean, so the median stands beside it."
    )
    return [
        Section("How well does it do?", (*notes, bound), table),
        Section("What the network sees", (), None, (pictures["galaxies"],)),
        Section("How it learned", (), None, (pictures["learning"],)),
        Section(
            "What it predicts for galaxies it has never seen",
            (),
            None,
            (pictures["predicted"], pictures["residuals"]),
        ),
        Section("On what the error depends", (), None, (pictures["dependence"],)),
    ]
