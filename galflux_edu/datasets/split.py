"""Divide the rows of a dataset: into parts that never meet, and into batches."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int

from ..errors import InputError

Rows = Int[np.ndarray, " n"]


def stratified_split(
    values: Float[np.ndarray, " N"],
    fractions: Sequence[float] = (0.6, 0.2, 0.2),
    seed: int = 0,
    strata: int = 20,
) -> tuple[Rows, ...]:
    """Split rows at random into parts that each look like the whole.

    The rows are sorted by `values` and cut into `strata` groups of equal number; within a group
    their order is random. The parts then take turns along that list, each as often as its
    fraction says, so every group is shared out in proportion. A rare faint tail, which a plain
    random split might leave out of the test set, is in every part.

    Parameters
    ----------
    values
        What the parts should have alike, e.g. ``log_total_flux``; finite, shape (N,).
    fractions
        Share of each part, above 0, sum 1. By default training, validation and test.
    seed
        The same seed gives the same split.
    strata
        Number of groups, at least 1; 1 is a plain random split.

    Returns
    -------
    One sorted array of row numbers a part. Together they hold every row once.

    Raises
    ------
    InputError
        If a part would get no row, or a value is not finite.
    ValueError
        If the fractions or strata are not as above.

    Examples
    --------
    >>> train, validation, test = stratified_split(np.linspace(1.6, 4.5, 10), seed=1)
    >>> len(train), len(validation), len(test)
    (6, 2, 2)
    """
    if min(fractions, default=0) <= 0 or abs(sum(fractions) - 1) > 1e-9:
        raise ValueError(
            f"stratified_split: needed fractions above 0 that add to 1; got {tuple(fractions)}"
        )
    if strata < 1:
        raise ValueError(f"stratified_split: needed at least 1 stratum; got {strata}")
    bad = int(np.sum(~np.isfinite(values)))
    if bad:
        raise InputError(f"stratified_split: needed finite values; got {bad} NaN or infinite")
    edges = np.rint(np.cumsum([0, *fractions]) * len(values)).astype(int)
    sizes = np.diff(edges)
    if sizes.min() < 1:
        raise InputError(
            f"stratified_split: needed rows for {len(sizes)} parts of {tuple(fractions)}; "
            f"got {len(values)}"
        )
    rng = np.random.default_rng(seed)
    groups = np.array_split(np.argsort(values, kind="stable"), strata)
    order = np.concatenate([rng.permutation(group) for group in groups])
    # Member k of a part of n is due at (k + 1/2) / n of the way along the list.
    due = np.concatenate([(np.arange(n) + 0.5) / n for n in sizes])
    part = np.repeat(np.arange(len(sizes)), sizes)[np.argsort(due, kind="stable")]
    return tuple(np.sort(order[part == i]) for i in range(len(sizes)))


def batches(rows: Rows, batch_size: int, rng: np.random.Generator) -> Iterator[Rows]:
    """Return the rows in a new random order, `batch_size` at a time: one epoch.

    Every row comes exactly once; the last batch holds what is left.

    Parameters
    ----------
    rows
        Row numbers, such as a part of `stratified_split`.
    batch_size
        At least 1.
    rng
        Source of randomness.

    Raises
    ------
    ValueError
        If `batch_size` is below 1.

    Examples
    --------
    >>> [len(b) for b in batches(np.arange(10), 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    if batch_size < 1:
        raise ValueError(f"batches: needed a batch size of at least 1; got {batch_size}")
    order = rng.permutation(rows)
    return (order[start : start + batch_size] for start in range(0, len(order), batch_size))
