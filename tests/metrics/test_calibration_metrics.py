"""Calibration against scikit-learn, and against events drawn with known probabilities."""

import re

import numpy as np
import pytest

from galflux_edu.errors import InputError
from galflux_edu.metrics import coverage, expected_calibration_error, reliability_curve


@pytest.fixture
def events():
    rng = np.random.default_rng(5)
    probability = rng.random(20_000)
    return probability, rng.random(20_000) < probability


@pytest.mark.parametrize("bins", [1, 7, 10])
def test_agreement_with_scikit_learn(events, bins):
    from sklearn import calibration as peer

    probability, occurred = events
    edges = np.round(probability, 1)  # many values exactly on an edge, and empty bins
    for p in (probability, edges, probability**4):
        curve = reliability_curve(p, occurred, bins)
        observed, predicted = peer.calibration_curve(occurred, p, n_bins=bins)
        np.testing.assert_allclose(curve.observed, observed, atol=1e-12)
        np.testing.assert_allclose(curve.predicted, predicted, atol=1e-12)
        assert curve.counts.sum() == len(p)
        assert curve.counts.min() > 0


def test_calibration_error_of_honest_and_of_boastful_probabilities(events):
    probability, occurred = events
    assert expected_calibration_error(probability, occurred) < 0.015  # 4 sigma of chance
    # Promise sqrt(p): the mean excess is the integral of sqrt(p) - p over (0, 1), 1/6.
    error = expected_calibration_error(np.sqrt(probability), occurred)
    assert error == pytest.approx(1 / 6, abs=0.01)


def test_calibration_error_by_hand():
    probability = np.array([0.05, 0.1, 0.85, 0.95])
    occurred = np.array([0, 1, 1, 1])  # 0.1 lies on the edge and belongs to the bin below
    expected = (2 * abs(0.5 - 0.075) + 0.15 + 0.05) / 4
    assert expected_calibration_error(probability, occurred) == pytest.approx(expected, rel=1e-12)


def test_coverage_of_gaussian_intervals():
    truth = np.random.default_rng(6).normal(size=100_000)
    one = np.ones_like(truth)
    assert coverage(-one, one, truth) == pytest.approx(0.6827, abs=0.006)
    assert coverage(-2 * one, 2 * one, truth) == pytest.approx(0.9545, abs=0.003)
    assert coverage(truth, truth, truth) == 1.0


OK = np.array([0.2, 0.4])
SHAPES = "metrics: needed prediction and truth of one shape (N,), N at least 1; got (2,) and (3,)"


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("probability", "occurred", "bins", "message"),
    [
        (OK + 0.7, OK > 0, 10, "needed probabilities between 0 and 1; got 1.1"),
        (OK * np.nan, OK > 0, 10, "needed finite values; got 2 NaN or infinite of 2 in {}"),
        (OK, OK, 10, "needed outcomes True and False or 1 and 0; got 0.2"),
        (OK, OK * np.nan, 10, "needed outcomes True and False or 1 and 0; got nan"),
        (OK, OK > 0, 0, "needed at least one bin; got 0"),
    ],
)
def test_reliability_refuses(probability, occurred, bins, message):
    message = f"reliability_curve: {message.format('the probability')}"
    for function in (reliability_curve, expected_calibration_error):
        with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
            function(probability, occurred, bins)


@pytest.mark.usefixtures("as_a_user")
def test_lengths_that_differ_are_refused():
    with pytest.raises(InputError, match=f"^{re.escape(SHAPES)}$"):
        reliability_curve(OK, np.ones(3))
    with pytest.raises(InputError, match=f"^{re.escape(SHAPES)}$"):
        coverage(OK, OK, np.ones(3))


def test_coverage_refuses():
    message = "coverage: needed lower ends below upper ends; got 2 of 2 swapped"
    with pytest.raises(InputError, match=f"^{message}$"):
        coverage(OK + 1, OK, OK)
    message = "coverage: needed finite values; got 2 NaN or infinite of 2 in upper"
    with pytest.raises(InputError, match=f"^{message}$"):
        coverage(OK, OK * np.inf, OK)
