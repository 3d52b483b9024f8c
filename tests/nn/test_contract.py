"""The contract that every layer keeps, on every engine."""

import dataclasses
import functools
import math

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from galflux_edu import models, nn
from galflux_edu.engine import array_namespace, flatten, random_key, to_engine, to_numpy
from galflux_edu.gradcheck import check_layer

# Examples of each layer: hyper-parameters and the shape of one input.
CASES = {
    "AvgPool2d": [
        (nn.AvgPool2d(), (6, 7, 2)),
        (nn.AvgPool2d(size=(3, 2), stride=(2, 1)), (8, 5, 2)),
        (nn.AvgPool2d(size=2, stride=3), (8, 9, 1)),
    ],
    "Conv2d": [
        (nn.Conv2d(3, padding=1), (6, 5, 2)),
        (nn.Conv2d(2, kernel=2, stride=2), (7, 6, 3)),
        (nn.Conv2d(2, kernel=(4, 1), stride=(1, 2), padding=(2, 0)), (5, 6, 2)),
        (nn.Conv2d(2, kernel=3, stride=5, padding=1), (9, 10, 1)),
    ],
    "WinogradConvReLUPool2d": [
        (nn.WinogradConvReLUPool2d(3), (6, 5, 2)),
        (nn.WinogradConvReLUPool2d(2), (7, 8, 1)),
    ],
    "ConvReLUPool2d": [(nn.ConvReLUPool2d(3), (6, 5, 2)), (nn.ConvReLUPool2d(2), (7, 8, 1))],
    "Dense": [(nn.Dense(4), (5,))],
    "Dropout": [(nn.Dropout(0.0), (4,)), (nn.Dropout(0.4), (3, 4, 2))],
    "Flatten": [(nn.Flatten(), (3, 4, 2)), (nn.Flatten(), (5,))],
    "GlobalAvgPool": [(nn.GlobalAvgPool(), (4, 5, 3))],
    "LayerNorm": [(nn.LayerNorm(), (6,)), (nn.LayerNorm(epsilon=0.1), (2, 3, 4))],
    "MaxPool2d": [
        (nn.MaxPool2d(), (6, 7, 2)),
        (nn.MaxPool2d(size=3, stride=2), (8, 7, 2)),
        (nn.MaxPool2d(size=(2, 3), stride=(3, 1)), (7, 6, 1)),
    ],
    "LogTotalAndFractions": [
        (models.LogTotalAndFractions(3, reference=2, minimum=0.1, scale=4), (5,))
    ],
    "ReLU": [(nn.ReLU(), (3, 4, 2))],
    "RadialMoments": [
        (models.RadialMoments(4), (6, 7, 2)),
        (models.RadialMoments(3, orders=(1,)), (5, 5, 1)),
        (models.RadialMoments(2, orders=()), (4, 4, 1)),
    ],
    "Sequential": [
        (
            nn.Sequential(
                (
                    *(nn.Conv2d(3, padding=1), nn.Tanh(), nn.MaxPool2d(), nn.Flatten()),
                    nn.Sequential((nn.Dense(5), nn.ReLU(), nn.Dropout(0.3))),
                    nn.Dense(2),
                )
            ),
            (5, 6, 2),
        ),
        (nn.Sequential(()), (3,)),
    ],
    "Sigmoid": [(nn.Sigmoid(), (7,))],
    "Residual": [(nn.Residual(nn.Dense(2)), (5,)), (nn.Residual(nn.Dense(3)), (3,))],
    "Tanh": [(nn.Tanh(), (7,))],
}


class Jitted:
    """The same layer, compiled."""

    def __init__(self, layer):
        self.init = layer.init
        self.forward = jax.jit(layer.forward)
        self.backward = jax.jit(layer.backward)


ENGINES = {
    "numpy": (np, lambda layer: layer),
    "array_api_strict": (array_api_strict, lambda layer: layer),
    "jax": (jnp, lambda layer: layer),
    "jax jit": (jnp, functools.cache(Jitted)),
}
EXAMPLES = [(layer, shape) for cases in CASES.values() for layer, shape in cases]
FIRST = {cases[0] for cases in CASES.values()}
BATCH = 3

for_every_layer = pytest.mark.parametrize(
    ("layer", "shape"), EXAMPLES, ids=[f"{layer} {shape}"[:70] for layer, shape in EXAMPLES]
)
# JAX without jit compiles every operation by itself, which is slow: one example a layer has to do.
on_every_engine = pytest.mark.parametrize(
    ("layer", "shape", "engine"),
    [
        pytest.param(layer, shape, engine, id=f"{engine} {layer} {shape}"[:70])
        for layer, shape in EXAMPLES
        for engine in ENGINES
        if engine != "jax" or (layer, shape) in FIRST
    ],
)


def test_every_layer_has_an_example():
    rooms = (nn, models)
    layers = {
        name for room in rooms for name in room.__all__ if isinstance(getattr(room, name), type)
    }
    assert layers == set(CASES)


def make_key(xp):
    return random_key(11, "jax" if xp is jnp else "numpy")


def draw(layer, shape, dtype):
    """Return the layer's parameters, drawn anew, an input and a cotangent, as NumPy arrays."""
    rng = np.random.default_rng(5)
    params, out_shape = layer.init(rng, shape)
    params = to_engine(params, np, dtype)
    x = rng.standard_normal((BATCH, *shape)).astype(dtype)
    dy = rng.standard_normal((BATCH, *out_shape)).astype(dtype)
    return params, x, dy


@on_every_engine
def test_backward_is_the_adjoint_of_the_derivative_of_forward(layer, shape, engine):
    xp, wrap = ENGINES[engine]
    check_layer(wrap(layer), shape, engine=xp, tolerance=1e-8, batch_size=BATCH)
    if "Dropout" in repr(layer):
        check_layer(wrap(layer), shape, engine=xp, tolerance=1e-8, key=make_key(xp))


@for_every_layer
@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_any_batch_size_will_do(layer, shape, batch_size):
    check_layer(layer, shape, tolerance=1e-8, batch_size=batch_size, seed=batch_size)


@on_every_engine
def test_shapes_and_types_are_kept_and_inputs_left_alone(layer, shape, engine):
    look_at_shapes_and_types(layer, shape, engine, "float32")


@for_every_layer
@pytest.mark.parametrize("engine", ["numpy", "array_api_strict"])
def test_double_precision_is_kept(layer, shape, engine):
    look_at_shapes_and_types(layer, shape, engine, "float64")


def look_at_shapes_and_types(layer, shape, engine, dtype):
    xp, wrap = ENGINES[engine]
    own, x, dy = draw(layer, shape, dtype)
    arrays = [x, dy, *flatten(own).values()]
    before = [a.copy() for a in arrays]
    for a in arrays:
        a.setflags(write=False)  # NumPy raises where someone writes
    params, x_, dy_ = to_engine((own, x, dy), xp)
    y, saved = wrap(layer).forward(params, x_, make_key(xp))
    dx, grads = wrap(layer).backward(params, saved, dy_)

    _, out_shape = layer.init(np.random.default_rng(0), shape)
    assert y.shape == (BATCH, *out_shape)
    assert dx.shape == x.shape
    shapes = {name: a.shape for name, a in flatten(own).items()}
    assert {name: a.shape for name, a in flatten(grads).items()} == shapes
    for array in [y, dx, *flatten(grads).values()]:
        assert array_namespace(array) is array_namespace(x_)
        assert str(array.dtype).endswith(dtype)
    for after, original in zip(to_numpy([x_, dy_, *flatten(params).values()]), before, strict=True):
        np.testing.assert_array_equal(after, original)


@functools.partial(jax.jit, static_argnums=0)
def jax_vjp(layer, params, x, dy):
    _, transposed = jax.vjp(lambda x, params: layer.forward(params, x)[0], x, params)
    return transposed(dy)


@on_every_engine
def test_backward_equals_jax_vjp_of_forward(layer, shape, engine):
    xp, wrap = ENGINES[engine]
    arrays = draw(layer, shape, "float64")
    params, x, dy = to_engine(arrays, xp)
    _, saved = wrap(layer).forward(params, x)
    ours = wrap(layer).backward(params, saved, dy)

    params, x, dy = to_engine(arrays, "jax")
    theirs = jax_vjp(layer, params, x, dy)
    for a, b in zip(jax.tree.leaves(to_numpy(ours)), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-12)


@for_every_layer
def test_all_engines_compute_the_same(layer, shape):
    arrays = draw(layer, shape, "float64")
    results = []
    for engine in ("numpy", "array_api_strict", "jax jit"):
        xp, wrap = ENGINES[engine]
        params, x, dy = to_engine(arrays, xp)
        y, saved = wrap(layer).forward(params, x)
        results.append(to_numpy((y, wrap(layer).backward(params, saved, dy))))
    first, *others = (jax.tree.leaves(result) for result in results)
    for other in others:
        for a, b in zip(first, other, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


@for_every_layer
def test_dataclass_is_frozen_and_parameters_start_as_float32(layer, shape):
    assert type(layer).__dataclass_params__.frozen
    assert hash(layer) == hash(dataclasses.replace(layer))
    params, _ = layer.init(np.random.default_rng(3), shape)
    again, _ = layer.init(np.random.default_rng(3), shape)
    for name, array in flatten(params).items():
        assert type(array) is np.ndarray
        assert array.dtype == np.float32
        assert name.split("/")[-1] in {"weight", "bias"}
        np.testing.assert_array_equal(array, flatten(again)[name])
    assert nn.count_parameters(params) == sum(
        math.prod(array.shape) for array in flatten(params).values()
    )
