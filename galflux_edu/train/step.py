"""One training step and one forward pass, each a pure function that is compiled once."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from ..engine import (
    Array,
    Tree,
    array_namespace,
    data_parallel,
    fold_in,
    jit,
    scan,
    tree_leaves,
    tree_map,
)
from ..errors import InputError
from ..nn.layer import Layer
from .batches import Prepare, gather_rows

Loss = Callable[[Array, Array], tuple[Array, Array]]


def floating_type(params: Tree) -> str:
    """Return the name of the floating type that `params` are in."""
    return str(tree_leaves(params)[0].dtype)


def cast(tree: Tree, dtype: str) -> Tree:
    """Return `tree` in a floating type, by name; arrays that have it stay as they are."""

    def convert(leaf: Array) -> Array:
        xp = array_namespace(leaf)
        return xp.astype(leaf, getattr(xp, dtype), copy=False)

    return tree_map(convert, tree)


# The same network is compiled once, however often it is trained or evaluated.
@lru_cache(maxsize=8)
def compile_forward(model: Layer, prepare: Prepare, engine: str, devices: int = 1) -> Callable:
    """Return ``(params, inputs, rows=None) -> prediction``, without dropout."""

    def predict(params: Tree, inputs: Tree, key: None) -> Array:
        x = inputs if prepare is None else prepare(inputs)
        return model.forward(params, cast(x, floating_type(params)), key)[0]

    shared = data_parallel(predict, devices, join=True)

    def forward(params: Tree, inputs: Tree, rows: Array | None = None) -> Array:
        return shared(params, gather_rows(inputs, rows), None)

    return jit(forward, engine)


@lru_cache(maxsize=8)
def compile_update(
    model: Layer,
    loss: Loss,
    optimiser: Any,
    prepare: Prepare,
    engine: str,
    precision: str | None = None,
    devices: int = 1,
    donate: bool = False,
) -> Callable:
    """Return ``(params, state, inputs, target, key, rows=None) -> (params, state, loss)``.

    That is one step. The network runs in `precision`, everything else in the type of `params`
    (None: the network too). With `donate` the new parameters and state are written over the old
    ones, which are gone then.
    """

    def gradients(params: Tree, batch: tuple[Tree, Array], key: Any) -> tuple[Array, Tree]:
        inputs, target = batch
        dtype = floating_type(params)
        short = precision or dtype
        weights = cast(params, short)
        x = inputs if prepare is None else prepare(inputs)
        prediction, saved = model.forward(weights, cast(x, short), key)
        value, d_prediction = loss(cast(prediction, dtype), cast(target, dtype))
        _, grads = model.backward(weights, saved, cast(d_prediction, short))
        return value, cast(grads, dtype)

    mean_gradients = data_parallel(gradients, devices)

    def update(
        params: Tree, state: Tree, inputs: Tree, target: Array, key: Any, rows: Array | None = None
    ) -> tuple[Tree, Tree, Array]:
        value, grads = mean_gradients(params, gather_rows((inputs, target), rows), key)
        params, state = optimiser.step(params, grads, state)
        return params, state, value

    return jit(update, engine, donate_argnums=(0, 1) if donate else ())


@lru_cache(maxsize=8)
def compile_updates(
    model: Layer,
    loss: Loss,
    optimiser: Any,
    prepare: Prepare,
    engine: str,
    precision: str | None = None,
    devices: int = 1,
    donate: bool = False,
) -> Callable:
    """Return ``(params, state, inputs, target, key, first, rows) -> (params, state, losses)``.

    That is one step for each line of `rows` (steps, batch); `first` is the number of the first. All
    in one compiled loop: where a step takes less time than its call, as with a small network and
    one example at a time, this is many times faster than single steps.
    """
    update = compile_update(model, loss, optimiser, prepare, engine, precision, devices)

    def updates(
        params: Tree, state: Tree, inputs: Tree, target: Array, key: Any, first: Any, rows: Array
    ) -> tuple[Tree, Tree, Array]:
        xp = array_namespace(rows)

        def one(carry: tuple, now: tuple[Array, Array]) -> tuple[tuple, Array]:
            params, state, value = update(*carry, inputs, target, fold_in(key, now[0]), now[1])
            return (params, state), value

        numbers = first + xp.arange(rows.shape[0])
        (params, state), losses = scan(one, (params, state), (numbers, rows))
        return params, state, losses

    return jit(updates, engine, donate_argnums=(0, 1) if donate else ())


@lru_cache(maxsize=2)
def compile_fold_in(engine: str) -> Callable:
    """Return ``(key, step) -> key``, the key of a step."""
    return jit(fold_in, engine)


def finite(values: Sequence[Array], step: int) -> list[float]:
    """Return the losses of the steps up to number `step` as numbers.

    Raises
    ------
    InputError
        If one is infinite or not a number: training has diverged.
    """
    numbers = [float(value) for value in values]
    for i, number in enumerate(numbers, step + 1 - len(numbers)):
        if not math.isfinite(number):
            raise InputError(
                f"fit, step {i}: needed a finite loss; got {number} "
                "(a lower learning rate or smaller inputs may help)"
            )
    return numbers
