"""Rebalance: as many rows of every class, by inventing rows of the rare or leaving out others.

Only ever rebalance what a model is trained on. A test set keeps the classes as they are in the
sky, and no invented row may have a parent there.
"""

import numpy as np
from jaxtyping import Float, Real, Shaped

from ..engine import Array
from ..errors import InputError
from . import _checks
from ._distances import nearest

Rows = tuple[Float[np.ndarray, "M P"], Shaped[np.ndarray, " M"]]


def smote(
    X: Real[Array, "N P"],
    y: Shaped[Array, " N"],
    k_neighbors: int = 5,
    random_state: int | np.random.Generator | None = None,
) -> Rows:
    r"""Invent rows until every class has as many as the most common one.

    .. math:: x_\mathrm{new} = x_i + u\, (x_j - x_i), \qquad u \sim U(0, 1)

    with i a random row of the class and j one of its `k_neighbors` nearest neighbours in it.

    Parameters
    ----------
    X
        Features, shape (N, P), finite, on one scale: neighbours are found by distance.
    y
        Class labels, shape (N,), of at least two classes.
    k_neighbors
        How many neighbours to choose from; every class that grows needs one row more.
    random_state
        Seed; None is different every time.

    Returns
    -------
    X, y : arrays
        The rows given, then the new ones, class by class.

    Raises
    ------
    InputError
        If a shape is wrong, a value is NaN or infinite, there is one class only, or a class that
        should grow has too few rows to have neighbours.

    References
    ----------
    Chawla et al., *SMOTE: synthetic minority over-sampling technique*, JAIR 16 (2002) 321.

    Examples
    --------
    >>> X, y = smote(np.array([[0.0], [1.0], [5.0], [6.0], [7.0]]), np.array([0, 0, 1, 1, 1]), 1)
    >>> y.tolist(), bool(0 <= X[5, 0] <= 1)
    ([0, 0, 1, 1, 1, 0], True)
    """
    k = _checks.whole(k_neighbors, "k_neighbors", "smote")
    rng = _checks.generator(random_state, "smote")
    X, codes, classes = _labelled(X, y, "smote")
    counts = np.bincount(codes)
    tables, added = [X], [codes]
    for code, missing in enumerate(counts.max() - counts):
        if not missing:
            continue
        rows = X[codes == code]
        if len(rows) <= k:
            raise InputError(
                f"smote: needed at least {k + 1} rows, k_neighbors + 1, of every class that "
                f"grows; got {len(rows)} of class {classes[code]}"
            )
        _, neighbours = nearest(rows, rows, k + 1)  # the first is the row itself
        first = rng.integers(len(rows), size=missing)
        second = neighbours[first, rng.integers(1, k + 1, size=missing)]
        tables.append(rows[first] + rng.random((missing, 1)) * (rows[second] - rows[first]))
        added.append(np.full(missing, code))
    return np.concatenate(tables), classes[np.concatenate(added)]


def undersample(
    X: Real[Array, "N P"],
    y: Shaped[Array, " N"],
    random_state: int | np.random.Generator | None = None,
) -> Rows:
    """Leave out rows at random until every class has as few as the rarest one.

    Parameters
    ----------
    X, y, random_state
        As in `smote`; neighbours play no part.

    Returns
    -------
    X, y : arrays
        The rows that are left, in their old order.

    Raises
    ------
    InputError
        If a shape is wrong, a value is NaN or infinite, or there is one class only.

    Examples
    --------
    >>> undersample(np.array([[0.0], [1.0], [5.0]]), np.array([0, 1, 0]))[1].tolist().count(0)
    1
    """
    rng = _checks.generator(random_state, "undersample")
    X, codes, classes = _labelled(X, y, "undersample")
    fewest = np.bincount(codes).min()
    groups = (np.flatnonzero(codes == code) for code in range(classes.size))
    kept = np.sort(np.concatenate([rng.permutation(group)[:fewest] for group in groups]))
    return X[kept], classes[codes[kept]]


def _labelled(X: Array, y: Array, where: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    X = _checks.table(X, where)
    classes, codes = _checks.labels(y, len(X), where)
    return X, codes, classes
