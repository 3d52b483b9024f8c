"""The gradient check is checked: it must catch wrong layers, and name what is wrong."""

from dataclasses import dataclass

import jax
import numpy as np
import pytest

from galflux_edu.engine import random_key
from galflux_edu.gradcheck import adjoint_gap, check_layer, directional_difference
from galflux_edu.nn import Dense, Dropout, Sequential, Tanh


@dataclass(frozen=True)
class WrongDense(Dense):
    """A dense layer with the mistakes that people make."""

    mistake: str = ""

    def backward(self, params, saved, dy):
        dx, grads = super().backward(params, saved, dy)
        if self.mistake == "weight":
            grads["weight"] = grads["weight"] / dy.shape[0]
        if self.mistake == "bias":
            grads["bias"] = grads["bias"] * 1.001
        if self.mistake == "x":
            dx = -dx
        if self.mistake == "shape":
            grads["bias"] = dy
        return dx, grads


@pytest.mark.parametrize("culprit", ["params/weight", "params/bias", "x"])
def test_a_wrong_derivative_is_named(culprit):
    message = (
        rf"^check_layer\(WrongDense\): needed a backward pass that agrees with the central "
        rf"difference along {culprit} to 1e-06; got a gap of [0-9.e-]+$"
    )
    with pytest.raises(ValueError, match=message):
        check_layer(WrongDense(4, mistake=culprit.split("/")[-1]), (3,))


def test_a_derivative_of_the_wrong_shape_is_named():
    message = (
        r"^check_layer\(WrongDense\): needed derivatives of shapes "
        r"\{'x': \(3, 3\), 'params/weight': \(3, 4\), 'params/bias': \(4,\)\}; "
        r"got \{'x': \(3, 3\), 'params/weight': \(3, 4\), 'params/bias': \(3, 4\)\}$"
    )
    with pytest.raises(ValueError, match=message):
        check_layer(WrongDense(4, mistake="shape"), (3,))


def test_an_output_that_init_did_not_announce_is_named():
    class Liar(Dense):
        def init(self, rng, shape):
            return super().init(rng, shape)[0], (9,)

    message = r"^check_layer\(Liar\): needed an output of shape \(3, 9\); got \(3, 4\)$"
    with pytest.raises(ValueError, match=message):
        check_layer(Liar(4), (3,))


def test_a_right_layer_passes_on_both_engines_and_for_any_seed():
    network = Sequential((Dense(5), Tanh(), Dropout(0.3), Dense(2)))
    for seed in range(20):
        gaps = check_layer(network, (4,), seed=seed, key=seed)
        assert list(gaps)[:2] == ["x", "params/0_dense/weight"]
        assert max(gaps.values()) < 1e-9
    check_layer(network, (4,), engine="jax", key=random_key(0, "jax"))


def test_single_precision_is_refused():
    with jax.enable_x64(False):
        message = r"^check_layer\(Dense\): needed 64-bit numbers; got float32 on jax$"
        with pytest.raises(ValueError, match=message):
            check_layer(Dense(2), (3,), engine="jax")


def test_directional_difference_of_a_tree():
    at = {"a": np.array([1.0, 2.0]), "b": np.array(3.0)}
    along = {"a": np.array([0.5, -1.0]), "b": np.array(2.0)}
    slope = directional_difference(lambda t: t["a"] ** 3 * t["b"], at, along)
    exact = 3 * at["a"] ** 2 * along["a"] * at["b"] + at["a"] ** 3 * along["b"]
    np.testing.assert_allclose(slope, exact, rtol=1e-9)


def test_adjoint_gap_tells_a_matrix_from_its_transpose():
    rng = np.random.default_rng(0)
    a, v, w = rng.standard_normal((4, 4)), rng.standard_normal(4), rng.standard_normal(4)
    assert adjoint_gap(lambda x: a @ x, lambda y: a.T @ y, v, w) < 1e-15
    assert adjoint_gap(lambda x: a @ x, lambda y: a @ y, v, w) > 1e-3
    assert adjoint_gap(lambda x: 0 * x, lambda y: 0 * y, v, w) == 0
