"""Bootstrap intervals against closed forms and SciPy's own bootstrap."""

import re

import numpy as np
import pytest
from scipy import stats

from galflux_edu.errors import InputError
from galflux_edu.metrics import Interval, accuracy, bias, bootstrap_interval, mse


@pytest.fixture
def sample():
    rng = np.random.default_rng(8)
    truth = rng.normal(size=400)
    return truth + rng.normal(0.1, 0.3, 400), truth


def test_interval_of_a_mean_is_that_of_the_normal_distribution(sample):
    difference = sample[0] - sample[1]
    for level, sigmas in ((0.68268949, 1.0), (0.95, 1.95996398)):
        interval = bootstrap_interval(bias, *sample, level=level, repeats=4000)
        half = sigmas * difference.std() / 20
        assert interval.value == pytest.approx(difference.mean(), rel=1e-12)
        assert interval.low == pytest.approx(difference.mean() - half, abs=0.1 * half)
        assert interval.high == pytest.approx(difference.mean() + half, abs=0.1 * half)


def test_agreement_with_scipy(sample):
    ours = bootstrap_interval(mse, *sample, repeats=4000)
    theirs = stats.bootstrap(
        sample, mse, paired=True, vectorized=False, method="percentile", n_resamples=4000, rng=3
    )
    width = ours.high - ours.low
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=0.05 * width)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=0.05 * width)


def test_interval_of_an_accuracy_is_binomial():
    truth = np.repeat(["Low", "High"], [600, 400])
    interval = bootstrap_interval(accuracy, np.full(1000, "Low"), truth, repeats=4000)
    low, high = stats.binom.interval(0.95, 1000, 0.6)
    assert interval.value == 0.6
    assert interval.low == pytest.approx(low / 1000, abs=0.004)
    assert interval.high == pytest.approx(high / 1000, abs=0.004)


def test_rows_stay_together_and_seeds_repeat(sample):
    prediction, _ = sample
    assert bootstrap_interval(mse, prediction, prediction) == Interval(0.0, 0.0, 0.0)
    assert bootstrap_interval(mse, *sample, seed=1) == bootstrap_interval(mse, *sample, seed=1)
    assert bootstrap_interval(mse, *sample, seed=1) != bootstrap_interval(mse, *sample, seed=2)


ROWS = np.arange(3.0)


@pytest.mark.parametrize(
    ("arrays", "settings", "message"),
    [
        ((), {}, "needed arrays of one length, at least 2; got none"),
        ((ROWS, ROWS[:2]), {}, "needed arrays of one length, at least 2; got 3, 2"),
        ((ROWS[:1], ROWS[:1]), {}, "needed arrays of one length, at least 2; got 1, 1"),
        ((ROWS, np.array(1.0)), {}, "needed arrays of one length, at least 2; got 3, 0"),
        ((ROWS, ROWS), {"level": 95.0}, "needed a level between 0 and 1; got 95"),
        ((ROWS, ROWS), {"repeats": 1}, "needed at least 2 repeats; got 1"),
    ],
)
def test_bad_input_is_refused(arrays, settings, message):
    with pytest.raises(InputError, match=f"^{re.escape(f'bootstrap_interval: {message}')}$"):
        bootstrap_interval(mse, *arrays, **settings)
