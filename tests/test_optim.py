"""Optimisers, against recurrences written out by hand; schedules, against their formulas."""

import math
import re

import array_api_strict
import jax
import numpy as np
import pytest

from galflux_edu.engine import flatten, to_engine, to_numpy
from galflux_edu.optim import (
    SGD,
    Adam,
    CosineDecay,
    ExponentialDecay,
    Momentum,
    StepDecay,
    rate_at,
)

RNG = np.random.default_rng(0)
PARAMS = {"0_dense": {"weight": RNG.standard_normal((3, 2)), "bias": RNG.standard_normal(2)}}
GRADS = [
    {"0_dense": {"weight": RNG.standard_normal((3, 2)), "bias": RNG.standard_normal(2)}}
    for _ in range(30)
]
OPTIMISERS = [
    SGD(0.1),
    Momentum(0.1, 0.8),
    Adam(0.01),
    Adam(CosineDecay(0.01, 40, warmup=5), beta1=0.5, beta2=0.9, epsilon=1e-3),
    SGD(StepDecay(0.1, 0.5, 10)),
    Momentum(ExponentialDecay(0.1, 0.5, 10)),
]
every_optimiser = pytest.mark.parametrize("optimiser", OPTIMISERS, ids=str)


def walk(optimiser, engine, dtype="float64", wrap=lambda f: f):
    params = to_engine(PARAMS, engine, dtype)
    state = optimiser.init(params)
    step = wrap(optimiser.step)
    for grads in GRADS:
        params, state = step(params, to_engine(grads, engine, dtype), state)
    return params, state


def by_hand(optimiser):
    """Follow one weight with plain Python numbers."""
    x = float(PARAMS["0_dense"]["weight"][1, 1])
    m = v = 0.0
    for t, grads in enumerate(GRADS):
        g = float(grads["0_dense"]["weight"][1, 1])
        rate = float(rate_at(optimiser.learning_rate, t))
        if isinstance(optimiser, SGD):
            x -= rate * g
        elif isinstance(optimiser, Momentum):
            v = optimiser.momentum * v + g
            x -= rate * v
        else:
            b1, b2 = optimiser.beta1, optimiser.beta2
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g**2
            m_hat, v_hat = m / (1 - b1 ** (t + 1)), v / (1 - b2 ** (t + 1))
            x -= rate * m_hat / (math.sqrt(v_hat) + optimiser.epsilon)
    return x


@every_optimiser
def test_thirty_steps_equal_the_recurrence(optimiser):
    params, state = walk(optimiser, "numpy")
    np.testing.assert_allclose(params["0_dense"]["weight"][1, 1], by_hand(optimiser), rtol=1e-11)
    assert int(state["step"]) == 30
    assert np.issubdtype(state["step"].dtype, np.integer)


@every_optimiser
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_engine_agrees_and_keeps_the_type(optimiser, dtype):
    expected = flatten(walk(optimiser, "numpy")[0])
    for engine, wrap in [("numpy", None), (array_api_strict, None), ("jax", jax.jit)]:
        params, state = to_numpy(walk(optimiser, engine, dtype, wrap or (lambda f: f)))
        tolerance = 1e-11 if dtype == "float64" else 2e-5
        for name, leaf in flatten(params).items():
            assert leaf.dtype == dtype
            np.testing.assert_allclose(leaf, expected[name], rtol=tolerance, atol=tolerance)
        for name, leaf in flatten(state).items():
            assert leaf.dtype == ("int32" if name == "step" else dtype)


@every_optimiser
def test_a_step_changes_nothing_in_place(optimiser):
    params, state = walk(optimiser, "numpy")
    for leaf in [*flatten(params).values(), *flatten(state).values()]:
        leaf.setflags(write=False)
    first, again = (optimiser.step(params, GRADS[0], state)[0] for _ in range(2))
    for name, leaf in flatten(first).items():
        np.testing.assert_array_equal(leaf, flatten(again)[name])


def test_gradient_descent_on_a_parabola_has_a_closed_form():
    # x <- x - rate * a * x, thirty times.
    a, rate, x = 3.0, 0.1, np.array([2.0])
    sgd = SGD(rate)
    params, state = {"x": x}, sgd.init({"x": x})
    for _ in range(30):
        params, state = sgd.step(params, {"x": a * params["x"]}, state)
    np.testing.assert_allclose(params["x"], 2 * (1 - rate * a) ** 30, rtol=1e-13)


def test_momentum_on_a_slope_reaches_its_final_speed():
    ball = Momentum(0.1, momentum=0.9)
    params, state = {"x": np.array([0.0])}, ball.init({"x": np.array([0.0])})
    for _ in range(400):
        before = params
        params, state = ball.step(params, {"x": np.array([2.0])}, state)
    np.testing.assert_allclose(before["x"] - params["x"], 0.1 * 2 / (1 - 0.9), rtol=1e-10)


def test_adam_corrects_its_bias_in_single_precision():
    # With a steady gradient every step has length `rate`, from the first one on.
    adam = Adam(1.0, epsilon=1e-20)
    params = {"x": np.zeros(1, np.float32)}
    state = adam.init(params)
    for t in range(1, 50):
        params, state = adam.step(params, {"x": np.full(1, 1e-3, np.float32)}, state)
        np.testing.assert_allclose(params["x"], -t, rtol=3e-6)


def test_adam_does_not_move_where_there_is_no_slope():
    adam = Adam(0.1)
    params = {"x": np.ones(3)}
    params, _ = adam.step(params, {"x": np.zeros(3)}, adam.init(params))
    np.testing.assert_array_equal(params["x"], 1)


def test_cosine_decay():
    schedule = CosineDecay(0.2, steps=110, warmup=10)
    steps = np.arange(200.0)
    rates = schedule(steps)
    np.testing.assert_allclose(rates[:10], 0.2 * np.arange(1, 11) / 10, rtol=1e-14)
    np.testing.assert_allclose(rates[10], 0.2, rtol=1e-14)
    np.testing.assert_allclose(rates[60], 0.1, rtol=1e-14)
    np.testing.assert_allclose(rates[35], 0.2 * (1 + math.sqrt(0.5)) / 2, rtol=1e-14)
    np.testing.assert_allclose(rates[110:], 0, atol=1e-16)


def test_exponential_and_step_decay():
    steps = np.arange(0.0, 50.0)
    smooth, stairs = ExponentialDecay(0.3, 0.5, 10), StepDecay(0.3, 0.5, 10)
    np.testing.assert_allclose(smooth(steps), 0.3 * 2 ** (-steps / 10), rtol=1e-13)
    np.testing.assert_allclose(stairs(steps), 0.3 * 2 ** -(steps // 10), rtol=1e-13)


@pytest.mark.parametrize(
    "schedule", [CosineDecay(0.2, 30, 3), ExponentialDecay(0.2, 0.5, 7), StepDecay(0.2, 0.5, 7)]
)
def test_schedules_take_numbers_and_the_arrays_of_every_engine(schedule):
    for engine in ("numpy", array_api_strict, "jax"):
        for dtype in ("float32", "float64"):
            rate = to_numpy(schedule(to_engine(np.asarray(12.0), engine, dtype)))
            assert rate.dtype == dtype
            np.testing.assert_allclose(rate, schedule(12), rtol=1e-6)


REFUSED = [
    (lambda: Momentum(0.1, 1), "Momentum: needed 0 <= momentum < 1; got 1"),
    (
        lambda: Adam(0.1, beta1=0.0),
        "Adam: needed beta1 and beta2 between 0 and 1; got 0.0 and 0.999",
    ),
    (
        lambda: CosineDecay(0.1, 10, 10),
        "CosineDecay: needed 0 <= warmup < steps; got warmup 10 and 10 steps",
    ),
    (
        lambda: StepDecay(0.1, 0, 10),
        "StepDecay: needed 0 < factor <= 1 and every >= 1; got factor 0 and every 10",
    ),
    (
        lambda: ExponentialDecay(0.1, 0.5, 0),
        "ExponentialDecay: needed 0 < factor <= 1 and every >= 1; got factor 0.5 and every 0",
    ),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_impossible_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()
