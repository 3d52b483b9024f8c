"""The metrics against scikit-learn, SciPy and numbers worked out by hand."""

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from galflux_edu.errors import InputError
from galflux_edu.metrics import bias, flux_metrics, mae, mse, outlier_fraction, r2, scatter

PREDICTION = np.array([4.0, 4.5, 3.0, 2.5])
TRUTH = np.array([4.1, 4.2, 3.4, 2.5])


def test_numbers_worked_out_by_hand():
    # The differences are -0.1, 0.3, -0.4, 0.
    assert mse(PREDICTION, TRUTH) == pytest.approx(0.26 / 4, rel=1e-14)
    assert mae(PREDICTION, TRUTH) == pytest.approx(0.2, rel=1e-14)
    assert bias(PREDICTION, TRUTH) == pytest.approx(-0.05, rel=1e-14)
    assert outlier_fraction(PREDICTION, TRUTH, limit=0.2) == 0.5
    assert scatter(PREDICTION, TRUTH) == pytest.approx(np.sqrt(0.065 - 0.0025), rel=1e-14)
    # The true values have mean 3.55 and squared deviations that sum to 1.85.
    assert r2(PREDICTION, TRUTH) == pytest.approx(1 - 0.26 / 1.85, rel=1e-14)


def test_agreement_with_scikit_learn():
    from sklearn import metrics as peer

    rng = np.random.default_rng(1)
    truth = rng.uniform(1.6, 4.5, 1000)
    prediction = truth + rng.normal(0.01, 0.2, 1000)
    assert mse(prediction, truth) == pytest.approx(
        peer.mean_squared_error(truth, prediction), rel=1e-12
    )
    assert mae(prediction, truth) == pytest.approx(
        peer.mean_absolute_error(truth, prediction), rel=1e-12
    )
    assert r2(prediction, truth) == pytest.approx(peer.r2_score(truth, prediction), rel=1e-12)


@given(arrays(float, 7, elements=st.floats(-1e3, 1e3)), st.floats(-1e3, 1e3))
def test_error_splits_into_bias_and_scatter(prediction, shift):
    truth = np.linspace(-1, 1, 7)
    prediction = prediction + shift
    split = bias(prediction, truth) ** 2 + scatter(prediction, truth) ** 2
    assert mse(prediction, truth) == pytest.approx(split, rel=1e-12, abs=1e-12)


def test_mean_of_the_truth_has_r2_zero():
    assert r2(np.full(4, TRUTH.mean()), TRUTH) == pytest.approx(0, abs=1e-14)
    assert r2(TRUTH, TRUTH) == 1.0


def test_results_are_plain_floats_summed_in_float64():
    one_third = np.full(3_000_000, 1 / 3, dtype=np.float32)
    nothing = np.zeros_like(one_third)
    assert mae(one_third, nothing) == pytest.approx(float(np.float32(1 / 3)), rel=1e-12)
    for metric in (mse, mae, bias, scatter, r2):
        assert type(metric(PREDICTION, TRUTH)) is float


def test_flux_metrics_are_named_with_their_units():
    assert flux_metrics(PREDICTION, TRUTH) == {
        "mse_dex2": mse(PREDICTION, TRUTH),
        "bias_dex": bias(PREDICTION, TRUTH),
        "scatter_dex": scatter(PREDICTION, TRUTH),
    }


def test_arrays_of_the_fast_engine_are_taken():
    import jax.numpy as jnp

    assert mse(jnp.asarray(PREDICTION), jnp.asarray(TRUTH)) == pytest.approx(0.065)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize("metric", [mse, mae, bias, scatter, r2, flux_metrics])
@pytest.mark.parametrize(
    ("prediction", "truth", "got"),
    [
        (np.zeros((3, 1)), np.zeros(3), "(3, 1) and (3,)"),
        (np.zeros(2), np.zeros(3), "(2,) and (3,)"),
        (np.zeros(0), np.zeros(0), "(0,) and (0,)"),
        (np.zeros(()), np.zeros(()), "() and ()"),
    ],
)
def test_wrong_shapes_are_refused(metric, prediction, truth, got):
    message = f"metrics: needed prediction and truth of one shape (N,), N at least 1; got {got}"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        metric(prediction, truth)


@pytest.mark.parametrize("metric", [mse, mae, bias, scatter, r2, flux_metrics])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused(metric, bad):
    values = np.array([1.0, bad, 2.0])
    for name, pair in (("prediction", (values, TRUTH[:3])), ("truth", (TRUTH[:3], values))):
        message = f"metrics: needed finite values; got 1 NaN or infinite of 3 in the {name}"
        with pytest.raises(InputError, match=f"^{message}$"):
            metric(*pair)


def test_r2_of_a_constant_truth_is_refused():
    message = "r2: needed true values that differ; got 4 of 0.1"
    with pytest.raises(InputError, match=f"^{message}$"):
        r2(PREDICTION, np.full(4, 0.1))


@pytest.mark.parametrize("limit", [-0.1, np.nan])
def test_a_limit_that_nothing_can_keep_is_refused(limit):
    message = f"outlier_fraction: needed a limit of at least 0; got {limit:g}"
    with pytest.raises(InputError, match=f"^{message}$"):
        outlier_fraction(PREDICTION, TRUTH, limit)


def test_the_metrics_need_no_pandas_and_no_jax():
    program = "from galflux_edu.metrics import *; import sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pandas", "jax", "sklearn"} & set(loaded)
