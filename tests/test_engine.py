"""The engine: one code on NumPy, on JAX and on the strict reference library."""

import re
import subprocess
import sys

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from galflux_edu import engine

ENGINES = ["numpy", "jax"]
both_engines = pytest.mark.parametrize("name", ENGINES)


@pytest.mark.parametrize("xp", [np, jnp, array_api_strict])
def test_array_namespace_finds_the_library(xp):
    x = xp.zeros((2,))
    assert engine.array_namespace(x, 1.0, None, xp.ones((3,))).__name__ == xp.__name__


def test_array_namespace_works_under_jit():
    seen = []
    jax.jit(lambda x: seen.append(engine.array_namespace(x)) or x)(jnp.zeros(2))
    assert seen == [jnp]


@pytest.mark.parametrize(
    ("arrays", "got"),
    [
        ((np.zeros(2), jnp.zeros(2)), "jax.numpy and numpy"),
        ((1.0, None), "no array at all"),
    ],
)
def test_array_namespace_refuses_a_mixture(arrays, got):
    message = f"array_namespace: needed arrays of one engine; got {got}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        engine.array_namespace(*arrays)


def test_an_unknown_engine_is_refused():
    message = "engine: needed one of numpy, jax; got 'torch'"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        engine.namespace("torch")


def test_tree_map_walks_dicts_lists_and_tuples():
    tree = {"a": [1, (2, 3)], "b": {"c": 4}}
    assert engine.tree_map(lambda x, y: x + y, tree, tree) == {"a": [2, (4, 6)], "b": {"c": 8}}
    assert engine.tree_leaves(tree) == [1, 2, 3, 4]


def test_flatten_joins_the_names_and_unflatten_parts_them():
    tree = {"0_dense": {"weight": 1, "bias": 2}, "step": 3}
    flat = {"0_dense/weight": 1, "0_dense/bias": 2, "step": 3}
    assert engine.flatten(tree) == flat
    assert list(engine.flatten(tree)) == list(flat)
    assert engine.unflatten(flat) == tree
    assert engine.flatten({}) == engine.unflatten({}) == {}


@pytest.mark.parametrize("target", [*ENGINES, array_api_strict, np, jnp])
def test_to_engine_casts_floating_leaves_only(target):
    tree = {"x": np.ones(2), "n": np.arange(3, dtype=np.uint16), "y": [np.float32(2)]}
    out = engine.to_engine(tree, target, "float32")
    xp = engine.namespace(target) if isinstance(target, str) else target
    assert engine.array_namespace(*engine.tree_leaves(out)).__name__ == xp.__name__
    types = {
        name: str(leaf.dtype).split(".")[-1] for name, leaf in (("x", out["x"]), ("n", out["n"]))
    }
    assert types == {"x": "float32", "n": "uint16"}
    back = engine.to_numpy(engine.to_engine(tree, target))
    assert back["x"].dtype == np.float64
    np.testing.assert_array_equal(back["n"], tree["n"])


def test_jit_compiles_on_jax_and_leaves_numpy_alone():
    def double(x):
        return 2 * x

    assert engine.jit(double, "numpy") is double
    assert float(engine.jit(double, "jax")(jnp.asarray(2.0))) == 4


@pytest.mark.parametrize("xp", [np, jnp, array_api_strict])
def test_scan_carries_and_stacks(xp):
    x = xp.reshape(xp.arange(6, dtype=xp.float64), (3, 2))
    inputs = {"x": x, "w": xp.arange(3, dtype=xp.float64)}

    def step(carry, item):
        carry = carry + item["x"] * item["w"]
        return carry, {"sum": carry}

    carry, outputs = engine.scan(step, xp.zeros((2,), dtype=xp.float64), inputs)
    expected = np.cumsum(np.arange(6.0).reshape(3, 2) * np.arange(3.0)[:, None], axis=0)
    np.testing.assert_array_equal(engine.to_numpy(carry), expected[-1])
    np.testing.assert_array_equal(engine.to_numpy(outputs["sum"]), expected)


@both_engines
@pytest.mark.parametrize("draw", [engine.uniform, engine.normal])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_key_draws_the_same_numbers(name, draw, dtype):
    like = engine.to_engine(np.zeros((50, 3)), name, dtype)
    first, again, other = (
        engine.to_numpy(draw(engine.random_key(seed, name), like)) for seed in (1, 1, 2)
    )
    assert first.shape == (50, 3)
    assert first.dtype == dtype
    np.testing.assert_array_equal(first, again)
    assert not np.any(first == other)


@both_engines
def test_distributions_have_their_moments(name):
    like = engine.to_engine(np.zeros(100_000), name)
    key = engine.random_key(5, name)
    u, z = (engine.to_numpy(draw(key, like)) for draw in (engine.uniform, engine.normal))
    k = engine.to_numpy(engine.poisson(key, like + 3.5))
    assert u.min() >= 0
    assert u.max() < 1
    # Five standard errors of the mean and of the variance.
    root = np.sqrt(100_000)
    for draws, mean, variance, fourth in [
        (u, 1 / 2, 1 / 12, 1 / 80),
        (z, 0, 1, 3),
        (k, 3.5, 3.5, 40.25),
    ]:
        assert abs(draws.mean() - mean) < 5 * np.sqrt(variance) / root
        assert abs(draws.var() - variance) < 5 * np.sqrt(fourth - variance**2) / root
    np.testing.assert_array_equal(k, np.round(k))
    assert k.dtype == np.float64


@both_engines
def test_fold_in_makes_independent_keys(name):
    like = engine.to_engine(np.zeros(10_000), name)
    key = engine.random_key(0, name)
    keys = [
        key,
        *(engine.fold_in(key, i) for i in range(3)),
        engine.fold_in(engine.fold_in(key, 1), 1),
    ]
    draws = np.array([engine.to_numpy(engine.normal(k, like)) for k in keys])
    correlation = np.corrcoef(draws) - np.eye(len(keys))
    assert np.abs(correlation).max() < 0.05  # five times 1 / sqrt(10,000)
    again = engine.to_numpy(engine.normal(engine.fold_in(key, 2), like))
    np.testing.assert_array_equal(again, draws[3])


def test_fold_in_takes_a_traced_number():
    key = engine.random_key(0, "jax")
    traced = jax.jit(engine.fold_in)(key, 7)
    assert (
        jax.random.key_data(traced).tolist() == jax.random.key_data(engine.fold_in(key, 7)).tolist()
    )


def test_importing_the_engine_does_not_load_jax():
    code = (
        "import sys, galflux_edu.engine, galflux_edu.nn.sequential, galflux_edu.train;"
        "print([m for m in ('jax', 'pandas', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
