"""What a training run is made of: batches, one pure step, one pure forward pass.

The arrays may be larger than memory. Only the rows of a batch are ever fetched and converted.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from .datasets.split import batches
from .engine import Array, Tree, array_namespace, jit, to_engine, tree_leaves, tree_map
from .errors import InputError
from .nn.layer import Layer

Rowwise = Any  # an array with one example a row, or a dict of such arrays
Loss = Callable[[Array, Array], tuple[Array, Array]]
Prepare = Callable[[Tree], Tree] | None


def count_examples(where: str, *parts: Rowwise) -> int:
    """Return the common length of all arrays.

    Raises
    ------
    InputError
        If they are empty or differ in length.
    """
    columns = [part.values() if isinstance(part, Mapping) else [part] for part in parts]
    lengths = {len(array) for arrays in columns for array in arrays}
    if len(lengths) != 1 or lengths == {0}:
        got = " and ".join(str(n) for n in sorted(lengths))
        raise InputError(f"{where}: needed arrays of one length, at least 1; got {got}")
    return lengths.pop()


def take(part: Rowwise, rows: np.ndarray, engine: str, dtype: str) -> Tree:
    """Return some rows as arrays of the engine, floating ones in `dtype`."""
    if isinstance(part, Mapping):
        return {name: take(array, rows, engine, dtype) for name, array in part.items()}
    return to_engine(part[rows], engine, dtype)


def take_ahead(
    batches_of_rows: Iterable[np.ndarray], parts: tuple[Rowwise, ...], engine: str, dtype: str
) -> Iterator[tuple[Tree, ...]]:
    """Return the rows of `parts` batch by batch, each read in a thread while the last is used."""
    with ThreadPoolExecutor(1) as reader:
        coming: deque[Future] = deque()
        for rows in batches_of_rows:
            coming.append(
                reader.submit(lambda rows: tuple(take(a, rows, engine, dtype) for a in parts), rows)
            )
            if len(coming) == 2:
                yield coming.popleft().result()
        yield from (batch.result() for batch in coming)


def example_shape(inputs: Rowwise, prepare: Prepare, engine: str) -> Any:
    """Return the shape of one prepared example (or a dict of shapes), read off the first."""
    first = take(inputs, np.arange(1), engine, "float32")
    return tree_map(lambda leaf: tuple(leaf.shape[1:]), prepare(first) if prepare else first)


def shuffled_batches(step: int, examples: int, batch_size: int, seed: int) -> Iterator[np.ndarray]:
    """Return the rows of each batch from `step` on, for ever, in a new order every epoch."""
    epoch, done = divmod(step, math.ceil(examples / batch_size))
    while True:
        order = np.random.default_rng([seed, 1 + epoch])  # [seed, 0] would repeat `seed` itself
        yield from islice(batches(np.arange(examples), batch_size, order), done, None)
        epoch, done = epoch + 1, 0


def batches_in_order(examples: int, batch_size: int) -> list[np.ndarray]:
    """Return the rows of each batch, first to last."""
    return np.split(np.arange(examples), range(batch_size, examples, batch_size))


def floating_type(params: Tree) -> str:
    """Return the name of the floating type that `params` are in."""
    return str(tree_leaves(params)[0].dtype)


def _cast(tree: Tree, params: Tree) -> Tree:
    """Return `tree` in the floating type of `params`."""
    like = tree_leaves(params)[0]
    xp = array_namespace(like)
    return tree_map(lambda leaf: xp.astype(leaf, like.dtype), tree)


# The same network is compiled once, however often it is trained or asked.
@lru_cache(maxsize=8)
def compile_forward(model: Layer, prepare: Prepare, engine: str) -> Callable:
    """Return ``(params, inputs) -> prediction``, without dropout."""

    def forward(params: Tree, inputs: Tree) -> Array:
        x = inputs if prepare is None else prepare(inputs)
        return model.forward(params, _cast(x, params))[0]

    return jit(forward, engine)


@lru_cache(maxsize=8)
def compile_update(
    model: Layer, loss: Loss, optimiser: Any, prepare: Prepare, engine: str
) -> Callable:
    """Return ``(params, state, inputs, target, key) -> (params, state, loss)``: one step."""

    def update(
        params: Tree, state: Tree, inputs: Tree, target: Array, key: Any
    ) -> tuple[Tree, Tree, Array]:
        x = inputs if prepare is None else prepare(inputs)
        prediction, saved = model.forward(params, _cast(x, params), key)
        value, d_prediction = loss(prediction, _cast(target, params))
        _, grads = model.backward(params, saved, d_prediction)
        params, state = optimiser.step(params, grads, state)
        return params, state, value

    return jit(update, engine)


def mean_loss(
    forward: Callable,
    loss: Loss,
    params: Tree,
    data: tuple[Rowwise, Any],
    batch_size: int,
    engine: str,
) -> float:
    """Return the mean loss over all examples of ``data = (inputs, targets)``."""
    total = 0.0
    count = len(data[1])
    rows = batches_in_order(count, batch_size)
    for inputs, target in take_ahead(rows, data, engine, floating_type(params)):
        value, _ = loss(forward(params, inputs), _cast(target, params))
        total += float(value) * len(target)
    return total / count


def finite(value: Array, step: int) -> float:
    """Return the loss of a step as a number.

    Raises
    ------
    InputError
        If it is infinite or not a number: training has run away.
    """
    number = float(value)
    if not math.isfinite(number):
        raise InputError(
            f"fit, step {step}: needed a finite loss; got {number} "
            "(a lower learning rate or smaller inputs may help)"
        )
    return number
