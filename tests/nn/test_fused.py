"""The fused blocks are the chain of layers they replace."""

import re

import numpy as np
import pytest

from galflux_edu import engine, nn
from galflux_edu.engine import to_engine, to_numpy
from galflux_edu.errors import InputError

CHAIN = nn.Sequential((nn.Conv2d(5, padding=1), nn.ReLU(), nn.MaxPool2d()))
FUSED = nn.ConvReLUPool2d(5)
BLOCKS = pytest.mark.parametrize("fused", [FUSED, nn.WinogradConvReLUPool2d(5)], ids=repr)
RNG = np.random.default_rng(0)


def eighths(shape):
    """Return small multiples of 1/8: sums of their products are exact, so what ties, ties."""
    return RNG.integers(-3, 4, shape) / 8


INPUTS = {
    "noise": RNG.standard_normal,
    "a constant": lambda shape: np.full(shape, 0.5),
    "two values": lambda shape: RNG.integers(0, 2, shape).astype(float),
    "black": np.zeros,
}


SHAPES = [(6, 6, 1), (7, 9, 2), (2, 2, 3), (3, 2, 2)]


@BLOCKS
@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize(
    ("engine", "batch_size", "shape"),
    [("numpy", n, shape) for n in (1, 3, 4) for shape in SHAPES] + [("jax", 4, (7, 9, 2))],
)
def test_values_gradients_and_ties_are_those_of_the_chain(fused, kind, shape, batch_size, engine):
    x = INPUTS[kind]((batch_size, *shape))
    own = {"weight": eighths((3, 3, shape[2], 5)), "bias": eighths(5)}
    y, saved = CHAIN.forward({"0_conv2d": own}, x)
    dy = RNG.standard_normal(y.shape)
    dx, grads = CHAIN.backward({"0_conv2d": own}, saved, dy)

    params, x_, dy_ = to_engine((own, x, dy), engine)
    fused_y, fused_saved = fused.forward(params, x_)
    got = to_numpy((fused_y, *fused.backward(params, fused_saved, dy_)))
    np.testing.assert_allclose(got[0], y, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(got[1], dx, rtol=1e-12, atol=1e-13)
    for name, expected in grads["0_conv2d"].items():
        np.testing.assert_allclose(got[2][name], expected, rtol=1e-12, atol=1e-12)


@BLOCKS
def test_the_parameters_are_those_of_the_chain(fused):
    params, shape = fused.init(np.random.default_rng(1), (143, 35, 3))
    chain, chain_shape = CHAIN.init(np.random.default_rng(1), (143, 35, 3))
    assert shape == chain_shape == (71, 17, 5)
    for name, array in chain["0_conv2d"].items():
        np.testing.assert_array_equal(params[name], array)


@BLOCKS
@pytest.mark.parametrize("at_once", [1, 3, 6])
def test_the_result_does_not_depend_on_the_slices(monkeypatch, fused, at_once):
    x, params = RNG.standard_normal((6, 8, 8, 2)), fused.init(RNG, (8, 8, 2))[0]
    params = to_engine(params, "numpy", "float64")
    y, saved = fused.forward(params, x)
    dx, grads = fused.backward(params, saved, y)
    for module in ("conv_pool", "winograd"):
        name = f"galflux_edu.nn.fast.{module}.microbatch_size"
        monkeypatch.setattr(name, lambda count, few=2: at_once)
    other, other_saved = fused.forward(params, x)
    other_dx, other_grads = fused.backward(params, other_saved, y)
    np.testing.assert_allclose(other, y, rtol=1e-13)
    np.testing.assert_allclose(other_dx, dx, rtol=1e-12)
    for name in grads:
        np.testing.assert_allclose(other_grads[name], grads[name], rtol=1e-12)


def test_slices_are_small_on_a_cpu_and_whole_on_a_gpu(monkeypatch):
    assert [engine.microbatch_size(n) for n in (1, 2, 5, 32)] == [1, 2, 1, 2]
    assert engine.microbatch_size(32, 1) == 1
    monkeypatch.setattr("jax.default_backend", lambda: "gpu")
    assert engine.microbatch_size(32) == 32


@BLOCKS
def test_what_is_not_a_number_is_passed_on(fused):
    for row in range(2):
        x = np.zeros((1, 2, 2, 1))
        x[0, row, 1, 0] = np.nan
        params, _ = fused.init(RNG, (2, 2, 1))
        assert np.isnan(fused.forward(params, x)[0]).all()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: nn.ConvReLUPool2d(0), "ConvReLUPool2d: needed at least 1 feature; got 0"),
        (
            lambda: nn.WinogradConvReLUPool2d(0),
            "WinogradConvReLUPool2d: needed at least 1 feature; got 0",
        ),
        (
            lambda: FUSED.init(RNG, (1, 5, 1)),
            "ConvReLUPool2d: needed images of at least 2 x 2 pixels; got 1 x 5",
        ),
        (
            lambda: FUSED.init(RNG, (25,)),
            "ConvReLUPool2d: needed images of shape (H, W, C); got (25,)",
        ),
    ],
)
def test_mistakes_get_one_sentence(act, message):
    with pytest.raises((ValueError, InputError), match=f"^{re.escape(message)}$"):
        act()
