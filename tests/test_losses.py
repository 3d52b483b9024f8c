"""Losses, against SciPy and finite differences."""

import re

import array_api_strict
import jax
import numpy as np
import pytest
from scipy import special

from galflux_edu.engine import to_engine, to_numpy
from galflux_edu.gradcheck import adjoint_gap, directional_difference
from galflux_edu.losses import mse, sigmoid_cross_entropy, softmax_cross_entropy

RNG = np.random.default_rng(0)
LOGITS = 3 * RNG.standard_normal((6, 4))
SOFT = special.softmax(RNG.standard_normal((6, 4)), axis=1)
ONE_HOT = np.eye(4)[[0, 1, 2, 3, 3, 1]]
CASES = [
    (mse, RNG.standard_normal((6, 4))),
    (softmax_cross_entropy, SOFT),
    (softmax_cross_entropy, ONE_HOT),
    (sigmoid_cross_entropy, SOFT),
    (sigmoid_cross_entropy, ONE_HOT),
]
cases = pytest.mark.parametrize(("loss", "target"), CASES)


def test_mse_is_the_mean_of_the_squares():
    target = RNG.standard_normal((6, 4))
    value, _ = mse(LOGITS, target)
    np.testing.assert_allclose(value, sum((LOGITS - target).ravel() ** 2) / 24, rtol=1e-14)


@pytest.mark.parametrize("labels", [SOFT, ONE_HOT])
def test_softmax_cross_entropy_equals_scipy(labels):
    value, _ = softmax_cross_entropy(LOGITS, labels)
    expected = -np.sum(labels * special.log_softmax(LOGITS, axis=1)) / 6
    np.testing.assert_allclose(value, expected, rtol=1e-14)


@pytest.mark.parametrize("targets", [SOFT, ONE_HOT])
def test_sigmoid_cross_entropy_sums_over_outputs_and_averages_over_the_batch(targets):
    value, _ = sigmoid_cross_entropy(LOGITS, targets)
    a = special.expit(LOGITS)
    expected = np.sum(-targets * np.log(a) - (1 - targets) * np.log(1 - a), axis=1).mean()
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@cases
def test_the_derivative_is_that_of_the_value(loss, target):
    gap = adjoint_gap(
        lambda v: directional_difference(lambda z: np.asarray(loss(z, target)[0]), LOGITS, v),
        lambda w: w * loss(LOGITS, target)[1],
        RNG.standard_normal(LOGITS.shape),
        np.asarray(1.0),
    )
    assert gap < 1e-8
    z, t = to_engine((LOGITS, target), "jax")
    exact = jax.grad(lambda z: loss(z, t)[0])(z)
    np.testing.assert_allclose(loss(LOGITS, target)[1], exact, rtol=1e-12, atol=1e-15)


@cases
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_engine_agrees_and_keeps_the_type(loss, target, dtype):
    expected = loss(LOGITS, target)
    for engine, wrap in [(np, None), (array_api_strict, None), ("jax", jax.jit)]:
        result = (wrap or (lambda f: f))(loss)(*to_engine((LOGITS, target), engine, dtype))
        for ours, right in zip(to_numpy(result), expected, strict=True):
            assert ours.dtype == dtype
            np.testing.assert_allclose(ours, right, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("size", [1e3, 1e30])
def test_huge_logits_are_harmless(size):
    logits = np.array([[size, -size, 0.0]])
    right, wrong = np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0]])
    value, slope = softmax_cross_entropy(logits, right)
    assert value == 0
    np.testing.assert_array_equal(slope, 0)
    assert softmax_cross_entropy(logits, wrong)[0] == 2 * size
    value, slope = sigmoid_cross_entropy(logits, right)
    np.testing.assert_allclose(value, np.log(2), rtol=1e-15)
    np.testing.assert_array_equal(slope, [[0, 0, 0.5]])
    np.testing.assert_allclose(sigmoid_cross_entropy(logits, wrong)[0], 2 * size, rtol=1e-3)


def test_unsure_sigmoids_keep_their_digits_far_out():
    value, _ = sigmoid_cross_entropy(np.array([[40.0]]), np.array([[1.0]]))
    np.testing.assert_allclose(value, np.exp(-40.0), rtol=1e-14)


@cases
def test_shapes_that_would_broadcast_are_refused(loss, target):
    message = f"{loss.__name__}: needed a target of the prediction's shape (6, 4); got (6, 1)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        loss(LOGITS, target[:, :1])
