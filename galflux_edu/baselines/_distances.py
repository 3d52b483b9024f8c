"""Who is near whom, a slice of rows at a time: N x M numbers never exist at once."""

from collections.abc import Iterator

import numpy as np

BYTES_AT_ONCE = 2**25  # of the products: small beside any memory, large beside any overhead


def comparable_distances(X: np.ndarray, rows: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    r"""Yield slices of `X` with a number for each of `rows` that is larger the farther it is.

    That number is :math:`|b|^2 - 2\,a \cdot b = |a - b|^2 - |a|^2`, one matrix product for all
    rows b. The digits that it loses are those of the common distance from zero: centre first.
    """
    step = max(1, BYTES_AT_ONCE // (8 * len(rows)))
    factors = np.vstack([-2 * rows.T, np.sum(rows**2, axis=1)])
    for start in range(0, len(X), step):
        part = X[start : start + step]
        yield slice(start, start + len(part)), np.column_stack([part, np.ones(len(part))]) @ factors


def nearest(X: np.ndarray, rows: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the distances and the numbers of the k nearest of `rows`, nearest first.

    Parameters
    ----------
    X
        Where to look from, shape (N, P).
    rows
        What to find, shape (M, P), ``1 <= k <= M``.

    Returns
    -------
    distances, numbers : arrays, shape (N, k)
    """
    middle = rows.mean(axis=0)
    X, rows = X - middle, rows - middle
    found = np.empty((len(X), k), dtype=np.int64)
    for part, values in comparable_distances(X, rows):
        found[part] = _smallest(values, k)
    squared = [np.sum((X - rows[column]) ** 2, axis=1) for column in found.T]
    distances = np.sqrt(np.stack(squared, axis=1))
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(distances, order, axis=1), np.take_along_axis(found, order, axis=1)


def _smallest(values: np.ndarray, k: int) -> np.ndarray:
    """Return the columns of the k smallest values of each row, in no order.

    The k smallest lie in at most k groups of columns, and those are the k groups with the smallest
    minima. Finding minima is quick and sorting is not, so only k groups are ever sorted.
    """
    size, count = values.shape
    width = round((count / k) ** 0.5)
    groups = count // max(1, width)
    if groups <= 2 * k:
        return np.argpartition(values, k - 1, axis=1)[:, :k]
    grouped = values[:, : groups * width].reshape(size, width, groups)  # every groups-th column
    best = np.argpartition(grouped.min(axis=1), k - 1, axis=1)[:, :k, None]
    columns = (best + groups * np.arange(width)).reshape(size, -1)
    left_over = np.broadcast_to(np.arange(groups * width, count), (size, count - groups * width))
    columns = np.hstack([columns, left_over])
    candidates = np.take_along_axis(values, columns, axis=1)
    chosen = np.argpartition(candidates, k - 1, axis=1)[:, :k]
    return np.take_along_axis(columns, chosen, axis=1)
