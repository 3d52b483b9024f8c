"""The report: one page that sets the published table and ours side by side."""

from pathlib import Path

import numpy as np

from ...reports import Section, html_report, text_table
from ..report import RunReport, environment_info, value, write_metrics, write_pictures
from .data import Data
from .figures import pictures
from .input_scaling import curve_matches, describe_collapse, input_scaling_comparison
from .protocol import DROPOUT_RATES, PUBLISHED_SKY_ADU, SKY_SIGMA_ADU, trial_name
from .published import BEST_MSE, LUCKIEST_EPOCH, MISTAKES, NOISE, SOURCE
from .rows import Done, all_rows
from .stages import chosen_dropout
from .tables import (
    SCALINGS,
    ablation_table,
    honest_table,
    noise_table,
    published_table,
    ten_row_table,
)


def write_page(
    folder: Path, data: Data, done: Done, *, command: str, seed: int, seconds: float
) -> RunReport:
    """Write ``report.html``, ``metrics.json`` and ``figures/`` from the results of all stages."""
    truth = data.truth["log_total_flux"].to_numpy(np.float64)
    learnt = data.galaxies["log_total_flux"].to_numpy(np.float64)[data.parts.train]
    rows = all_rows(done, truth, data.scale, edges=np.quantile(learnt, [1 / 3, 2 / 3]))
    found = curve_matches(done, data.scale)
    nearest = min(found, key=lambda scaling: found[scaling].distance_dex)
    sentences = [
        *input_scaling_comparison(found, SCALINGS),
        describe_collapse(done, data.scale, truth),
    ]
    tables = {
        "published": published_table(rows),
        "ten": ten_row_table(data.truth, done, data.scale, nearest),
        "honest": honest_table(rows),
        "noise": noise_table(rows),
        "ablation": ablation_table(done),
    }
    drawn = pictures(data, done, nearest)
    write_pictures(folder, drawn)
    metrics = write_metrics(folder, rows, command, seed, seconds)

    def section(heading, paragraphs=(), table=None, *names):
        return Section(heading, paragraphs, tables.get(table), [drawn[name] for name in names])

    summary = _summary(rows)
    html_report(
        folder / "report.html",
        f"PHYS378, reproduced ({data.scale.name})",
        [
            section("The published table, and ours", _intro(data), "published"),
            section(
                "Which input scaling explains the published curves?", sentences, None, "losses"
            ),
            section(
                "What there is to learn from the catalogue",
                (),
                None,
                "fluxes",
                "pairs",
                "correlations",
                "confusions",
            ),
            section(
                "What the published recipe predicts",
                (),
                "ten",
                "predicted",
                "errors",
                "published-dependence",
            ),
            section(
                "The same galaxies, honestly",
                _honest(data, done, rows),
                "honest",
                "honest-predicted",
                "honest-residuals",
                "honest-dependence",
            ),
            section("Noise decides", _noise(data, done), "noise", "noise"),
            section("One thing changed at a time", _ablation(data), "ablation"),
            section("Mistakes worth learning from", MISTAKES),
        ],
        command=command,
        summary=summary,
        metadata={"scale": data.scale.name, **environment_info(seed, seconds)},
    )
    shown = [
        f"{text_table(tables[name].header, tables[name].rows)}\n{tables[name].caption}"
        for name in ("published", "honest", "noise", "ablation")
    ]
    return RunReport("\n\n".join([*shown, *sentences, summary]), metrics, folder / "report.html")


def _summary(rows: list) -> str:
    ours, simple = (value(rows, model, "mse_dex2") for model in ("flux-cnn", "pixel-sum-corrected"))
    relation = "below" if ours < simple else "above"
    best = value(rows, "course-best", "mse_dex2")
    course = "" if best is None else f" Course best reaches {best:.2g} dex²."
    return (
        f"The source's own network, trained and measured honestly at a sky of {SKY_SIGMA_ADU:g} "
        f"ADU a pixel, has a test error of {ours:.2g} dex², {relation} the corrected sum of the "
        f"pixels ({simple:.2g}).{course} Published: {BEST_MSE:g}, and {LUCKIEST_EPOCH:g} at its "
        f"luckiest epoch; {NOISE}."
    )


def _intro(data: Data) -> list[str]:
    scale, survey = data.scale, data.survey
    test = "generated from the same ranges" if data.own_test else "the published test catalogue"
    warning = ["This scale exists for the tests of the package. It says nothing about galaxies."]
    return [
        *(warning if scale.name == "tiny" else []),
        f"Source: {SOURCE}. The images are simulated anew from its published parameter ranges: "
        f"{survey.assumption}. The test galaxies are {test}: {len(data.test):,} for the baselines "
        f"on the catalogue, {len(data.truth):,} with images.",
        f"The networks of the published protocol learn from {scale.published_images:,} images of "
        f"{scale.stamp_pixels} x {scale.stamp_pixels} pixels (in the source: 30,000), in batches "
        "of 32, at a constant rate and with the target as it is, under a sky of "
        f"{PUBLISHED_SKY_ADU:g} ADU a pixel: what one image in the source shows. Equal rates and "
        "one seed make a shorter run the first part of a longer one, so one training is read at "
        "every length; the two published runs at 0.001 differ "
        "from the first epoch on. How the source scaled its images it does not say, so both "
        "candidates are trained.",
    ]


def _honest(data: Data, done: Done, rows: list) -> list[str]:
    trials = ", ".join(
        f"{rate:g}: {done[trial_name(rate)]['validation_loss'][-1]:.3g}" for rate in DROPOUT_RATES
    )
    scale, parts = data.scale, data.parts
    seeds = "one seed"
    if scale.seeds > 1:
        spread = value(rows, "flux-cnn", "mse_dex2_seed_std")
        seeds = f"the numbers are means over {scale.seeds} seeds, which spread by {spread:.1e} dex²"
    course = value(rows, "course-best", "mse_dex2") is not None
    radius = done[f"photometry-{SKY_SIGMA_ADU:g}"]["radius_arcsec"]
    return [
        f"{len(parts.train):,} images are for training, {len(parts.validation):,} for validation, "
        f"{len(parts.test):,} for the test, once, after every choice was made. "
        "The input is an asinh of the counts, the mean of the target is taken off, and the "
        "learning rate falls along a "
        f"cosine over {scale.honest_epochs} epochs; {seeds}."
        + (" Course best takes the counts as they are, and no dropout." if course else ""),
        f"The validation images chose the dropout rate ({chosen_dropout(done):g}; validation "
        f"errors in dex² by rate: {trials}) and the radius of the aperture ({radius:.1f} arcsec). "
        "The straight lines that correct the photometry are fitted to the training images.",
        "The interval is a bootstrap over the test galaxies. The Cramér-Rao floor bounds the "
        "variance of any unbiased estimator, with the generator's ranges as priors on all other "
        "parameters; it is averaged over the first test galaxies. A few faint ones dominate its "
        "mean, so the median stands beside it.",
    ]


def _noise(data: Data, done: Done) -> list[str]:
    scale = data.scale
    trained = min(scale.noise_images, len(data.parts.train))
    return [
        "The source does not state its noise; from one image it shows, 1.4 ADU a pixel is a fair "
        "guess. No error here can be compared with a published one without saying at which noise.",
        f"The networks of the two noisier skies learnt from {trained:,} images for "
        f"{scale.noise_epochs} epochs, that of the quiet one from {len(data.parts.train):,} for "
        f"{scale.honest_epochs}. Noise was added to the same images, which were drawn once.",
    ]


def _ablation(data: Data) -> list[str]:
    scale = data.scale
    return [
        f"Every network here learnt from {min(scale.trial_images, len(data.parts.train)):,} images "
        f"for {scale.trial_epochs} epochs; the errors are those of the validation images."
    ]
