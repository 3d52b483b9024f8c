"""PHYS378 as it was published: its numbers, and what ours say of them."""

import numpy as np
import pytest
from scipy.stats import norm

from galflux_edu.workflows.phys378.data import galaxies_for
from galflux_edu.workflows.phys378.input_scaling import curve_matches, input_scaling_comparison
from galflux_edu.workflows.phys378.protocol import Tables, published_name
from galflux_edu.workflows.phys378.published import CONFUSIONS, CURVES, FIRST_TEN, LINES
from galflux_edu.workflows.phys378.rows import published_confusion
from galflux_edu.workflows.phys378.scales import find_scale
from galflux_edu.workflows.phys378.stages import Work, compute, tercile_labels
from galflux_edu.workflows.phys378.tables import ten_row_table
from galflux_edu.workflows.stages import Store


def test_the_published_numbers_agree_with_each_other():
    for model, counts in CONFUSIONS.items():
        assert np.sum(counts) == 10_000, model
        assert f"{np.trace(counts) / 10_000:.2f}" == "0.34"
    for (_, epochs), curve in CURVES.items():
        assert len(curve.train) == len(curve.test) == epochs
    assert CURVES[0.001, 15].test[6] == min(CURVES[0.001, 15].test) == 0.0106
    # MSE = variance (1 - R2), with the same variance for both lines.
    variances = [line["mse_dex2"] / (1 - line["r2"]) for line in LINES.values()]
    assert variances == pytest.approx([0.178613] * 2, abs=1e-6)


def test_the_labels_are_those_of_the_rows():
    matrix = published_confusion("catalogue-logistic")
    assert matrix.labels.tolist() == sorted(matrix.labels)
    assert matrix.fractions()[1, 1] == pytest.approx(0.38, abs=0.005)  # recall of "low"


def test_thirds_are_thirds():
    names, counts = np.unique(
        tercile_labels(norm.ppf((np.arange(300) + 0.5) / 300)), return_counts=True
    )
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == {
        "high": 100,
        "low": 100,
        "medium": 100,
    }


# ---- which scaling explains the published curves


def test_curves_that_are_the_published_ones_explain_them():
    scale = find_scale("full")
    done = {}
    for factor, scaling in ((1, "max"), (4, "raw")):
        for rate, test_epochs in scale.published_runs:
            curve = CURVES[rate, max(test_epochs)]
            done[published_name(scaling, rate)] = {
                "train_loss": [factor * loss for loss in curve.train],
                "validation_loss": [factor * loss for loss in curve.test],
                "readings": {str(epochs): [4.0, 4.0] for epochs in test_epochs},
            }
    found = curve_matches(done, scale)
    assert found["max"].distance_dex < found["raw"].distance_dex
    assert found["max"].in_band
    assert not found["raw"].in_band
    assert found["max"].ends[0.001, 15] == 0.0388
    assert found["max"].constant_std_dex == 0
    sentences = input_scaling_comparison(found, {"raw": "raw counts", "max": "divided images"})
    band = "What ends in the published band of 0.01 to 0.1 dex² at the lower rate: divided images."
    assert sentences[2] == band
    assert sentences[3].startswith("Over all epochs the nearest to the published losses is divided")


# ---- the real catalogue


def test_the_real_catalogue_gives_the_published_table(real_catalogue, tmp_path):
    data = galaxies_for(tmp_path, find_scale("full"), 0, real_catalogue, progress=False)
    assert (len(data.train), len(data.test)) == (30_000, 10_000)
    work = Work(data, Store(tmp_path), {})
    lines = compute(Tables("catalogue", 0.0, trees=10), work)
    for model, printed in LINES.items():
        assert lines[model]["mse_dex2"] == pytest.approx(printed["mse_dex2"], abs=0.002)
        assert -0.005 < lines[model]["r2"] < 0.002
    for model in CONFUSIONS:
        counts = np.asarray(lines[model]["confusion"])
        assert np.trace(counts) / counts.sum() == pytest.approx(0.34, abs=0.02)


def test_the_ten_rows_are_those_of_the_source(real_catalogue, tmp_path):
    data = galaxies_for(tmp_path, find_scale("tiny"), 0, real_catalogue, progress=False)
    assert data.truth["img_number"][:10].tolist() == list(FIRST_TEN)
    done = {published_name("max", 0.001): {"readings": {"2": [4.0] * 10}}}
    table = ten_row_table(data.truth, done, data.scale, "max")
    assert [row[-1] for row in table.rows][:2] == ["-0.0425", "-0.0535"]
