"""The pictures of the report: every one the source shows, and what it never showed."""

from collections.abc import Callable

import numpy as np

from ... import plots
from ...reports import Picture
from ..report import Drawing, draw, label_of
from .data import Data
from .protocol import (
    NOISE_LEVELS,
    PUBLISHED_SCALINGS,
    PUBLISHED_SKY_ADU,
    SKY_SIGMA_ADU,
    collapsed_name,
    published_name,
)
from .published import CONFUSIONS, CURVES
from .rows import NETWORKS, Done, confusion, noise_estimates, published_confusion, readings
from .tables import OURS, SCALINGS

Drawings = dict[str, Drawing]

PAIRED = {  # columns worth a scatter plot, and what they are divided by
    "flux [1000 ADU]": ("total_flux", 1000),
    "log flux": ("log_total_flux", 1),
    'R_e ["]': ("R_e", 1),
    "B/T": ("bt", 1),
    "disk n": ("sersic_idx_d", 1),
}
CORRELATED = (
    *("sersic_idx_d", "R_e_d", "axis_ratio_d", "PA_d", "sersic_idx_b", "R_e_b", "axis_ratio_b"),
    *("PA_b", "R_e", "bt", "total_flux", "log_total_flux"),
)
ADDED_UP = ("pixel-sum", "pixel-sum-corrected")
NOISE_OF_OURS = OURS.format(PUBLISHED_SKY_ADU) + "."


def pictures(data: Data, done: Done, scaling: str) -> dict[str, Picture]:
    """Draw everything; `scaling` is the one that explains the published curves best."""
    return draw(
        {
            **_of_the_catalogue(data),
            **_of_the_published_protocol(data, done, scaling),
            **_of_the_honest_protocol(data, done),
        }
    )


def _of_the_catalogue(data: Data) -> Drawings:
    train = data.train

    def fluxes():
        figure, axes = plots.new_figure(1, 2)
        for ax, logarithm in zip(axes, (False, True), strict=True):
            plots.flux_histogram(ax, train["total_flux"].to_numpy(), logarithm=logarithm)
        return figure

    def pairs():
        figure, axes = plots.new_figure(len(PAIRED), len(PAIRED), (1.8, 1.6))
        columns = {n: train[name].to_numpy() / unit for n, (name, unit) in PAIRED.items()}
        plots.pairwise_scatter(axes, columns)
        return figure

    def correlations():
        figure, ax = plots.new_figure(panel_inches=(7.6, 7.0))
        plots.correlation_map(ax, {name: train[name].to_numpy() for name in CORRELATED})
        return figure

    number = f"{len(train):,} training galaxies"
    return {
        "fluxes": (
            fluxes,
            "Histograms of the flux, flat, and of its logarithm, rising towards bright galaxies.",
            f"The flux of {number}, before and after the logarithm. It is drawn evenly from 41 to "
            "30,000 ADU, so few galaxies are faint, and they decide an error in dex.",
        ),
        "pairs": (
            pairs,
            "Scatter plots of flux, log flux, radius, bulge-to-total ratio and disk index.",
            "Some galaxies, every pair of five columns. Only flux and log flux know each other.",
        ),
        "correlations": (
            correlations,
            "Map of correlation coefficients between twelve columns of the catalogue.",
            f"Pearson correlations of {number}. The two columns of flux correlate with nothing "
            "but themselves: no model can read the flux from the rest of this table.",
        ),
    }


def _of_the_published_protocol(data: Data, done: Done, scaling: str) -> Drawings:
    truth = data.truth["log_total_flux"].to_numpy(np.float64)
    rate, test_epochs = data.scale.published_runs[-1]
    predicted = {
        f"{epochs} epochs at {rate:g}": np.asarray(
            done[published_name(scaling, rate)]["readings"][str(epochs)]
        )
        for rate, test_epochs in data.scale.published_runs
        for epochs in test_epochs
    }
    last = f"{test_epochs[-1]} epochs at {rate:g}"

    def losses():
        figure, axes = plots.new_figure(1, len(data.scale.published_runs), (4.7, 4.2))
        for ax, (rate, _) in zip(np.ravel(axes), data.scale.published_runs, strict=True):
            ours = {
                f"ours, {SCALINGS[kind]}": done[published_name(kind, rate)]["validation_loss"]
                for kind in PUBLISHED_SCALINGS
            }
            if rate == data.scale.highest_rate:
                ours["ours, raw counts, a seed that dies"] = done[collapsed_name(rate)][
                    "validation_loss"
                ]
            theirs = {
                f"published, {epochs} epochs": curve.test
                for (r, epochs), curve in CURVES.items()
                if r == rate
            }
            plots.loss_by_epoch(ax, ours, theirs, ylabel="test loss [dex²]")
            ax.set_title(f"learning rate {rate:g}")
        return figure

    def confusions():
        figure, axes = plots.new_figure(2, 2, (4.0, 3.6))
        for row, model in zip(axes, CONFUSIONS, strict=True):
            plots.confusion_map(row[0], confusion(done["catalogue"][model]), "ours")
            plots.confusion_map(row[1], published_confusion(model), "published")
            row[0].set_ylabel(f"{label_of(model).split(',')[0]}\ntrue class")
        return figure

    def against_true():
        figure, axes = plots.new_figure(1, len(predicted), (3.5, 3.9))
        for ax, (name, log_flux) in zip(np.ravel(axes), predicted.items(), strict=True):
            plots.predicted_against_true(ax, truth, log_flux, name)
        return figure

    def errors():
        figure, ax = plots.new_figure(panel_inches=(5.5, 3.8))
        plots.absolute_error_histogram(ax, {n: s - truth for n, s in predicted.items()})
        return figure

    return {
        "losses": (
            losses,
            "Test loss by epoch: ours on raw counts and on images over their maximum, published.",
            "The source held its network against the test set after every epoch, and so do we, in "
            f"this section only. {NOISE_OF_OURS}",
        ),
        "confusions": (
            confusions,
            "Four confusion matrices of three classes, ours and published; all are near chance.",
            "Thirds of log flux from the catalogue. The labels belong to the numbers; in the "
            "source they stand beside the wrong rows.",
        ),
        "predicted": (
            against_true,
            "Predicted against true log flux for each published run.",
            f"Actual and predicted, on {SCALINGS[scaling]}. {NOISE_OF_OURS}",
        ),
        "errors": (
            errors,
            "Histogram of absolute errors in dex for each published run.",
            f"Absolute differences, on {SCALINGS[scaling]}. In the source nearly all of the run "
            "of 15 epochs lie below 0.18 dex, a few reach 1.8. " + NOISE_OF_OURS,
        ),
        "published-dependence": (
            _dependence(data, {last: predicted[last]}),
            "Error of a published run against flux, half-light radius and bulge-to-total ratio.",
            "What was promised and never shown: on what the error of the published recipe depends "
            f"({last}, {SCALINGS[scaling]}). {NOISE_OF_OURS}",
        ),
    }


def _dependence(data: Data, predicted: dict[str, np.ndarray]) -> Callable:
    truth = data.truth
    log_flux = truth["log_total_flux"].to_numpy(np.float64)
    quantities = (
        (log_flux, plots.LOG_FLUX),
        (truth["R_e"].to_numpy(), "half-light radius [arcsec]"),
        (truth["bt"].to_numpy(), "bulge-to-total ratio"),
    )

    def draw():
        figure, axes = plots.new_figure(1, 3, (3.6, 3.4))
        for ax, (x, label) in zip(axes, quantities, strict=True):
            for name, prediction in predicted.items():
                plots.error_against(ax, x, prediction - log_flux, label, label=name)
        return figure

    return draw


def _of_the_honest_protocol(data: Data, done: Done) -> Drawings:
    truth = data.truth["log_total_flux"].to_numpy(np.float64)
    photometry = done[f"photometry-{SKY_SIGMA_ADU:g}"]
    predicted = {label_of(name): np.asarray(photometry[name]) for name in ADDED_UP}
    for model in NETWORKS:
        if len(networks := readings(done, model)):
            predicted[label_of(model)] = networks[0]
    learnt = dict(list(predicted.items())[1:])

    def against_true():
        figure, ax = plots.new_figure(panel_inches=(4.6, 4.6))
        name, log_flux = list(predicted.items())[-1]
        plots.predicted_against_true(ax, truth, log_flux, name)
        return figure

    def residuals():
        figure, ax = plots.new_figure(panel_inches=(4.6, 4.6))
        plots.residual_histogram(ax, {name: s - truth for name, s in predicted.items()})
        return figure

    sky = f"A sky of {SKY_SIGMA_ADU:g} ADU a pixel."
    return {
        "honest-predicted": (
            against_true,
            "Predicted against true log flux of the test galaxies, honest protocol.",
            f"Every test galaxy once. {sky}",
        ),
        "honest-residuals": (
            residuals,
            "Histograms of predicted minus true log flux of networks and pixel sums.",
            f"Who errs how much. {sky}",
        ),
        "honest-dependence": (
            _dependence(data, learnt),
            "Error against flux, half-light radius and bulge-to-total ratio, honest protocol.",
            f"Where the errors come from, median and middle 68 %. {sky}",
        ),
        "noise": (_noise(data, done), "Error of each method against sky noise.", NOISE_CAPTION),
    }


NOISE_CAPTION = (
    "The same galaxies under three skies. The sum of a whole stamp collects its noise, an aperture "
    "less, and a network learns which pixels to trust. A published error belongs somewhere on this "
    "axis, and nobody knows where."
)


def _noise(data: Data, done: Done) -> Callable:
    truth = data.truth["log_total_flux"].to_numpy(np.float64)
    skies = (SKY_SIGMA_ADU, *NOISE_LEVELS)
    curves: dict[str, list[float]] = {}
    for sky in skies:
        for model, predicted in noise_estimates(done, sky).items():
            curves.setdefault(label_of(model), []).append(float(np.mean((predicted - truth) ** 2)))
    bounds = [done[f"bound-{sky:g}"]["bound_dex2"] for sky in skies]
    floors = {
        "Cramér-Rao floor, mean": [float(np.mean(b)) for b in bounds],
        "Cramér-Rao floor, median": [float(np.median(b)) for b in bounds],
    }

    def draw():
        figure, ax = plots.new_figure(panel_inches=(7.6, 4.2))
        plots.error_against_noise(ax, skies, curves, floors)
        return figure

    return draw
