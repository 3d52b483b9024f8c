r"""k-means: groups without labels.

.. math:: \min_{c, \ell} \sum_i |x_i - c_{\ell_i}|^2

Lloyd's algorithm takes turns: each row joins its nearest centre, each centre moves to the mean of
its rows. Neither can raise the sum, so it ends, in a minimum that depends on the start;
k-means++ starts with rows far apart, and the best of several starts is kept.
"""

from typing import Any

import numpy as np
from jaxtyping import Float, Int, Real

from ..engine import Array
from ..errors import InputError
from . import _checks
from ._distances import comparable_distances
from .base import Parameters


class KMeans(Parameters):
    """Divide rows into clusters around their means.

    Parameters
    ----------
    n_clusters
        k, at least 1 and at most the number of different rows.
    init
        ``"k-means++"``, or the centres to start from, shape (k, P), which makes one start.
    n_init
        Number of starts; the one with the smallest `inertia_` is kept.
    max_iter, tol
        A start ends after so many rounds, when no row changes its cluster, or when the centres
        together moved by less than the square root of `tol` times the mean variance of a column.
    random_state
        Seed of the starts; None is different every time.

    Attributes
    ----------
    cluster_centers_
        c, shape (k, P), float64. Set by `fit`.
    labels_
        The cluster of each row of `fit`, shape (N,).
    inertia_
        The sum above.
    n_iter_
        Rounds of the start that was kept.

    References
    ----------
    Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129; Arthur and Vassilvitskii, *k-means++: the
    advantages of careful seeding*, SODA 2007.

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [10.0], [12.0]])
    >>> sorted(KMeans(2, random_state=0).fit(X).cluster_centers_.ravel().tolist())
    [1.0, 11.0]
    """

    cluster_centers_: Float[np.ndarray, "k P"]
    labels_: Int[np.ndarray, " N"]
    inertia_: float
    n_iter_: int

    def __init__(
        self,
        n_clusters: int = 8,
        init: str | Real[Array, "k P"] = "k-means++",
        n_init: int = 10,
        max_iter: int = 300,
        tol: float = 1e-4,
        random_state: int | np.random.Generator | None = None,
    ):
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: Real[Array, "N P"], y: Any = None) -> "KMeans":
        """Find the centres, and return the model; `y` is there for scikit-learn.

        Parameters
        ----------
        X
            Features, shape (N, P), finite.

        Raises
        ------
        InputError
            If a shape is wrong, a value is NaN or infinite, a setting is impossible, or there are
            fewer different rows than clusters.
        """
        where = self._where("fit")
        k = _checks.whole(self.n_clusters, "n_clusters", where)
        starts = _checks.whole(self.n_init, "n_init", where)
        _checks.whole(self.max_iter, "max_iter", where)
        _checks.positive(self.tol, "tol", where, zero=True)
        rng = _checks.generator(self.random_state, where)
        X = _checks.table(X, where)
        if len(X) < k:
            raise InputError(f"{where}: needed at least n_clusters={k} rows; got {len(X)}")
        middle = X.mean(axis=0)  # near zero, squared distances keep their digits
        X = X - middle
        if isinstance(self.init, str):
            _checks.one_of(self.init, ("k-means++",), "init", where)
            runs = (self._lloyd(X, _far_apart(X, k, rng, where)) for _ in range(starts))
        else:
            centres = _checks.table(self.init, where)
            if centres.shape != (k, X.shape[1]):
                raise InputError(
                    f"{where}: needed init of shape {(k, X.shape[1])}; got {centres.shape}"
                )
            runs = [self._lloyd(X, centres - middle)]
        self.inertia_, centres, self.labels_, self.n_iter_ = min(runs, key=lambda run: run[0])
        self.cluster_centers_ = centres + middle
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Real[Array, "N P"]) -> Int[np.ndarray, " N"]:
        """Return the nearest cluster of each row.

        Parameters
        ----------
        X
            Features, shape (N, P), finite, the columns of `fit` in the same order.

        Raises
        ------
        InputError
            If the model is not fitted, the columns are not those of `fit`, or a value is NaN or
            infinite.
        """
        return self._nearest(X, "predict")[0]

    def score(self, X: Real[Array, "N P"], y: Any = None) -> float:
        """Return minus the sum of squared distances to the nearest centres: larger is better."""
        return -float(self._nearest(X, "score")[1].sum())

    def _nearest(self, X: Array, method: str) -> tuple[np.ndarray, np.ndarray]:
        X = self._features(X, method)
        middle = self.cluster_centers_.mean(axis=0)
        labels = _assign(X - middle, self.cluster_centers_ - middle)
        return labels, _squared(X, self.cluster_centers_[labels])

    def _lloyd(self, X: np.ndarray, centres: np.ndarray) -> tuple:
        still = self.tol * X.var(axis=0).mean()
        columns = np.ascontiguousarray(X.T)  # in one piece they are summed faster
        labels = _assign(X, centres)
        for step in range(1, self.max_iter + 1):  # noqa: B007 (the last one is returned)
            old, centres = centres, _means(columns, labels, centres)
            before, labels = labels, _assign(X, centres)
            if np.array_equal(labels, before) or np.sum((centres - old) ** 2) <= still:
                break
        return float(_squared(X, centres[labels]).sum()), centres, labels, step


def _far_apart(X: np.ndarray, k: int, rng: np.random.Generator, where: str) -> np.ndarray:
    """Draw k rows, each with a probability that grows with the squared distance to the others."""
    rows = [int(rng.integers(len(X)))]
    squared = np.full(len(X), np.inf)
    while len(rows) < k:
        squared = np.minimum(squared, _squared(X, X[rows[-1]]))
        if not squared.any():
            raise InputError(
                f"{where}: needed at least n_clusters={k} different rows; got {len(rows)}"
            )
        rows.append(int(rng.choice(len(X), p=squared / squared.sum())))
    return X[rows]


def _assign(X: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the number of the nearest centre of each row."""
    return np.concatenate(
        [np.argmin(values, axis=1) for _, values in comparable_distances(X, centres)]
    )


def _squared(X: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the squared distance of each row to the one beside it."""
    return np.sum((X - other) ** 2, axis=1)


def _means(columns: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the mean of each cluster; one without rows takes the row farthest from its centre."""
    k = len(centres)
    counts = np.bincount(labels, minlength=k)
    sums = [np.bincount(labels, weights=column, minlength=k) for column in columns]
    means = np.stack(sums, axis=1) / np.maximum(counts, 1)[:, None]
    empty = counts == 0
    if empty.any():
        farthest = np.argsort(_squared(columns.T, centres[labels]))[::-1]
        means[empty] = columns.T[farthest[: empty.sum()]]
    return means
