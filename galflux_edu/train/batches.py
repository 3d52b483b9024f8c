"""Batches: which rows come next, and how they get from the arrays to the engine.

The arrays may be larger than memory. Only the rows of a batch are ever fetched and converted.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np

from ..datasets.split import batches
from ..engine import Array, Tree, device_data_budget, replicate, to_engine, tree_map
from ..errors import InputError

Rowwise = Any  # an array with one example a row, or a dict of such arrays
Prepare = Callable[[Tree], Tree] | None
Loader = Callable[[Iterable[np.ndarray]], Iterator[tuple[tuple[Tree, ...], np.ndarray | None]]]


def count_examples(where: str, *parts: Rowwise) -> int:
    """Return the common length of all arrays.

    Raises
    ------
    InputError
        If they are empty or differ in length.
    """
    lengths = {len(array) for array in _arrays(parts)}
    if len(lengths) != 1 or lengths == {0}:
        got = " and ".join(str(n) for n in sorted(lengths))
        raise InputError(f"{where}: needed arrays of one length, at least 1; got {got}")
    return lengths.pop()


def _arrays(parts: Iterable[Rowwise]) -> list[Any]:
    columns = [part.values() if isinstance(part, Mapping) else [part] for part in parts]
    return [array for arrays in columns for array in arrays]


def to_device_rows(part: Rowwise, rows: np.ndarray, engine: str, dtype: str) -> Tree:
    """Return some rows as arrays of the engine, floating ones in `dtype`."""
    if isinstance(part, Mapping):
        return {name: to_device_rows(array, rows, engine, dtype) for name, array in part.items()}
    return to_engine(part[rows], engine, dtype)


def to_device(part: Rowwise, engine: str, dtype: str) -> Tree:
    """Return all rows as arrays of the engine, floating ones in `dtype`."""
    return to_device_rows(part, np.arange(count_examples("to_device", part)), engine, dtype)


def gather_rows(tree: Tree, rows: Array | None) -> Tree:
    """Return the given rows of each array of the engine, or with None, all of them."""
    return tree if rows is None else tree_map(lambda leaf: leaf[rows, ...], tree)


def prefetch(
    batches_of_rows: Iterable[np.ndarray], parts: tuple[Rowwise, ...], engine: str, dtype: str
) -> Iterator[tuple[Tree, ...]]:
    """Return the rows of `parts` batch by batch, each read in a thread while the last is used."""

    def read(rows: np.ndarray) -> tuple[Tree, ...]:
        return tuple(to_device_rows(part, rows, engine, dtype) for part in parts)

    with ThreadPoolExecutor(1) as reader:
        pending: deque[Future] = deque()
        for rows in batches_of_rows:
            pending.append(reader.submit(read, rows))
            if len(pending) == 2:
                yield pending.popleft().result()
        yield from (batch.result() for batch in pending)


def make_loader(parts: tuple[Rowwise, ...], engine: str, dtype: str, devices: int = 1) -> Loader:
    """Return a function that makes ``(arrays, rows)`` of each batch of row numbers.

    Data for which the device has room are put there once, 16-bit counts as 16-bit counts, and the
    compiled step gathers its `rows`. Of other data, `arrays` are the rows of the batch, read ahead,
    and `rows` is None.
    """
    if bytes_of(parts) > device_data_budget(engine):

        def stream(batches_of_rows: Iterable[np.ndarray]) -> Iterator[tuple[Any, None]]:
            for batch in prefetch(batches_of_rows, parts, engine, dtype):
                yield replicate(batch, devices), None

        return stream
    resident = replicate(tuple(to_device(part, engine, dtype) for part in parts), devices)
    return lambda batches_of_rows: ((resident, rows.astype(np.int32)) for rows in batches_of_rows)


def bytes_of(parts: tuple[Rowwise, ...]) -> int | float:
    """Return the size of all arrays; infinite if one has no data type."""
    return sum(
        math.prod(a.shape) * a.dtype.itemsize if hasattr(a, "dtype") else math.inf
        for a in _arrays(parts)
    )


def example_shape(inputs: Rowwise, prepare: Prepare, engine: str) -> Any:
    """Return the shape of one prepared example (or a dict of shapes), read off the first."""
    first = to_device_rows(inputs, np.arange(1), engine, "float32")
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
