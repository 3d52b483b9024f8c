"""Let every method measure the same test galaxies, once."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...baselines import LinearRegression
from ...datasets import COLUMNS, Dataset
from ...datasets.simulate import BATCH, survey_from_metadata
from ...flux import FluxModel
from ...measure import cramer_rao_bound, log_flux, pixel_sum
from ...metrics import flux_metrics
from ...reports import Row

FLOOR_GALAXIES = 300  # the bound is averaged over so many; each takes twenty renderings
# The fourteen columns that do not name the flux.
FEATURES = [name for name in COLUMNS if name not in {"total_flux", "log_total_flux", "file_name"}]

# What PHYS378 printed for its 10,000 test galaxies at the end of training: the best of three
# networks, and the straight line on 14 columns. Its noise is not published.
PUBLISHED_MSE = {"flux-cnn": 0.0388, "catalogue-linear": 0.17888}


@dataclass(frozen=True)
class Estimate:
    """What one method predicts for the test galaxies.

    Parameters
    ----------
    model
        Name of the method.
    log_flux
        log10 flux in ADU, (N,).
    images_per_second
        How fast it was, on this machine; None for what does not look at images.
    """

    model: str
    log_flux: np.ndarray
    images_per_second: float | None


@dataclass(frozen=True)
class Evaluation:
    """All methods on one test set.

    Parameters
    ----------
    truth
        Catalogue rows of the test galaxies.
    estimates
        One a method; the network comes last.
    floor_dex2
        Cramer-Rao bound of the first galaxies, dex squared; None where the survey is not known.
    """

    truth: pd.DataFrame
    estimates: tuple[Estimate, ...]
    floor_dex2: np.ndarray | None

    @property
    def true_log_flux(self) -> np.ndarray:
        """True log10 flux in ADU."""
        return self.truth["log_total_flux"].to_numpy(np.float64)

    def residuals(self) -> dict[str, np.ndarray]:
        """Return predicted minus true log10 flux in dex, by method."""
        return {e.model: e.log_flux - self.true_log_flux for e in self.estimates}

    def rows(self, metadata: Mapping[str, Any]) -> list[Row]:
        """Return one row a number, as ``--json`` prints them."""
        published = PUBLISHED_MSE if str(metadata.get("survey", "")).startswith("hsc") else {}
        rows = []
        for estimate in self.estimates:
            metrics = flux_metrics(estimate.log_flux, self.true_log_flux)
            if estimate.images_per_second is not None:
                metrics["images_per_second"] = estimate.images_per_second
            for name, value in metrics.items():
                known = published.get(estimate.model) if name == "mse_dex2" else None
                rows.append(Row("phys378", "honest", estimate.model, name, value, known))
        if self.floor_dex2 is not None:
            for name, average in (("mse_dex2", np.mean), ("median_mse_dex2", np.median)):
                value = float(average(self.floor_dex2))
                rows.append(Row("phys378", "honest", "cramer-rao-floor", name, value))
        return rows


def _timed(function: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    start = time.perf_counter()
    result = function()
    return result, len(result) / (time.perf_counter() - start)


def catalogue_line(
    catalogue: pd.DataFrame, train_rows: np.ndarray, test_rows: np.ndarray
) -> np.ndarray:
    """Return log10 flux (N,) as a straight line on the catalogue says; it never saw an image.

    It is fitted on the training rows, on all columns but those that hold the flux itself.
    """
    features = catalogue[FEATURES].to_numpy(np.float64)
    target = catalogue["log_total_flux"].to_numpy(np.float64)
    line = LinearRegression().fit(features[train_rows], target[train_rows])
    return line.predict(features[test_rows])


def evaluate(
    model: FluxModel,
    dataset: Dataset,
    train_rows: np.ndarray,
    test_rows: np.ndarray,
    *,
    engine: str = "jax",
    progress: bool = True,
) -> Evaluation:
    """Let every method measure the test galaxies.

    The straight line on the catalogue is fitted on the training rows; the sum of the pixels needs
    no training.
    """
    truth = dataset.catalogue.iloc[test_rows]
    line = catalogue_line(dataset.catalogue, train_rows, test_rows)

    def add_pixels() -> np.ndarray:
        starts = range(0, len(test_rows), BATCH)
        parts = [pixel_sum(dataset.images(test_rows[i : i + BATCH])) for i in starts]
        return log_flux(np.concatenate(parts))

    model.predict(dataset.inputs(test_rows[:BATCH]), engine)  # compile before the clock starts
    network = _timed(lambda: model.predict(dataset.inputs(test_rows), engine, progress))
    survey = survey_from_metadata(dataset.metadata)
    some = truth.iloc[:FLOOR_GALAXIES]
    return Evaluation(
        truth,
        (
            Estimate("pixel-sum", *_timed(add_pixels)),
            Estimate("catalogue-linear", line, None),
            Estimate(model.recipe.model, *network),
        ),
        None if survey is None else cramer_rao_bound(some, survey, engine),
    )
