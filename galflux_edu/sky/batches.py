"""Draw many galaxies a block at a time, so that memory stays small and JAX compiles once."""

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np

from ..engine import Array, Table, jit, to_engine, to_numpy

Columns = dict[str, np.ndarray]

_compiled = lru_cache(maxsize=16)(jit)


def render_in_batches(
    draw: Callable[[Table], Array],
    columns: Columns,
    engine: str,
    progress: Callable[[range], Iterable[int]] = iter,
) -> np.ndarray:
    """Return the stamps that `draw` makes of `columns`, float32, a block of galaxies at a time.

    `progress` wraps the range of the blocks' first rows, as a progress bar does.
    """
    number = len(columns["total_flux"])
    block = 16 if number <= 16 else 256  # two shapes, so that JAX compiles at most twice
    compiled = _compiled(draw, engine)
    parts = []
    for start in progress(range(0, number, block)):
        rows = np.minimum(np.arange(start, start + block), number - 1)
        part = {name: column[rows] for name, column in columns.items()}
        images = to_numpy(compiled(to_engine(part, engine, "float32")))
        parts.append(images[: number - start])
    return np.concatenate(parts)
