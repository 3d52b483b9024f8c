"""A random forest: many trees that each saw other rows and other features, and vote."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from jaxtyping import Float, Real, Shaped

from ..engine import Array
from ..errors import InputError
from ..metrics import accuracy, r2
from . import _checks
from .base import Predictor
from .tree import DecisionTree, growing_rules, ranked


class RandomForest(Predictor):
    r"""Average many decision trees, so that what each learnt from noise cancels.

    Every tree is grown on a bootstrap sample, N rows drawn with replacement, and every node chooses
    among a few features drawn for it. With variance :math:`\sigma^2` of one tree and a correlation
    :math:`\rho` between two of them, the mean of T trees has the variance

    .. math:: \rho \sigma^2 + \frac{1 - \rho}{T} \sigma^2,

    so more trees never hurt, and trees that differ help most. A tree leaves out about a fraction
    1/e of the rows; predicting each row by the trees that never saw it gives an honest score
    without a test set, the *out-of-bag* score.

    Parameters
    ----------
    n_estimators
        Number of trees.
    task
        ``"classification"`` (the trees' probabilities are averaged) or ``"regression"``.
    criterion, max_depth, min_samples_split, min_samples_leaf, max_features
        As in `DecisionTree`.
    bootstrap
        Whether each tree has a sample of its own; if not, all see every row.
    oob_score
        Whether to find ``oob_score_``; needs `bootstrap`.
    n_jobs
        Threads that grow trees side by side: None is one, -1 one for each core. The result does
        not depend on it.
    random_state
        Seed of the samples and of the features drawn.

    Attributes
    ----------
    classes_
        The classes in sorted order, where the task is classification.
    estimators_
        The trees, each a `DecisionTree`.
    feature_importances_
        The mean of the trees', shape (P,), in all 1. Features of many different values are
        flattered: noise offers them more places to split.
    oob_estimate_
        What the trees that never saw a row predict for it, shape (N,) or (N, K); NaN for a row that
        all saw. Only with `oob_score`.
    oob_score_
        `metrics.accuracy` or `metrics.r2` of those predictions.

    References
    ----------
    Breiman, *Random Forests*, Machine Learning 45, 5 (2001); the variance is equation 15.1 of
    Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning* (2009).

    Examples
    --------
    >>> X = np.arange(40.0)[:, None]
    >>> forest = RandomForest(n_estimators=20, random_state=0).fit(X, X[:, 0] > 19)
    >>> forest.predict(np.array([[3.0], [33.0]]))
    array([False,  True])
    """

    estimators_: list[DecisionTree]
    feature_importances_: Float[np.ndarray, " P"]
    oob_estimate_: Float[np.ndarray, "N ..."]
    oob_score_: float

    def __init__(
        self,
        n_estimators: int = 100,
        task: str = "classification",
        criterion: str | None = None,
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: int | float | str | None = "auto",
        bootstrap: bool = True,
        oob_score: bool = False,
        n_jobs: int | None = None,
        random_state: int | np.random.Generator | None = None,
    ):
        self.n_estimators = n_estimators
        self.task = task
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Real[Array, "N P"], y: Shaped[Array, " N"]) -> "RandomForest":
        """Grow the trees, and return the model.

        Parameters
        ----------
        X
            Features, shape (N, P), finite, at least two rows.
        y
            Labels (at least two different ones) or finite numbers, shape (N,).

        Raises
        ------
        InputError
            If a setting, a shape or a value is not as described.
        """
        where = self._where("fit")
        X, y, classes = self._training(X, y)
        count = _checks.whole(self.n_estimators, "n_estimators", where)
        if self.oob_score and not self.bootstrap:
            raise InputError(f"{where}: needed bootstrap=True for oob_score=True; got False")
        rules, table, rows = growing_rules(self, X.shape[1]), ranked(X, self), len(X)
        shared = {name: getattr(self, name) for name in DecisionTree().get_params()}

        def grow(rng: np.random.Generator) -> tuple[DecisionTree, np.ndarray]:
            drawn = rng.integers(rows, size=rows) if self.bootstrap else np.arange(rows)
            weight = np.bincount(drawn, minlength=rows)
            tree = DecisionTree(**shared | {"random_state": rng})
            return tree._grow(table, y, classes, weight, rules), weight == 0

        with self._workers("fit") as workers:
            # A stream of random numbers for each tree, whoever grows it.
            streams = _checks.generator(self.random_state, where).spawn(count)
            grown = list(workers.map(grow, streams))
        self.estimators_ = [tree for tree, _ in grown]
        if classes is not None:
            self.classes_ = classes
        importances = np.sum([tree.feature_importances_ for tree in self.estimators_], axis=0)
        self.feature_importances_ = importances / (importances.sum() or 1.0)
        if self.oob_score:
            self._score_out_of_bag(X, y, [unseen for _, unseen in grown])
        self.n_features_in_ = X.shape[1]
        return self

    def _score_out_of_bag(self, X: np.ndarray, y: np.ndarray, unseen: list[np.ndarray]) -> None:
        shape = (len(X), self.classes_.size) if self.task == "classification" else len(X)
        total, votes = np.zeros(shape), np.sum(unseen, axis=0)
        for tree, rows in zip(self.estimators_, unseen, strict=True):
            total[rows] += tree._estimate(X[rows])
        seen_by_all = votes == 0
        if seen_by_all.all():
            raise InputError(
                f"{self._where('fit')}: needed a row that some tree has not seen for oob_score; "
                f"got none with n_estimators={len(unseen)}"
            )
        votes = np.where(seen_by_all, np.nan, votes)
        self.oob_estimate_ = (total.T / votes).T
        known = self.oob_estimate_[~seen_by_all]
        if self.task == "classification":
            self.oob_score_ = accuracy(np.argmax(known, axis=1), y[~seen_by_all])
        else:
            self.oob_score_ = r2(known, y[~seen_by_all])

    def _estimate(self, X: np.ndarray) -> np.ndarray:
        with self._workers("predict") as workers:
            estimates = workers.map(lambda tree: tree._estimate(X), self.estimators_)
            return sum(estimates) / len(self.estimators_)

    @contextmanager
    def _workers(self, method: str) -> Iterator[ThreadPoolExecutor]:
        """Yield `n_jobs` threads: NumPy's long loops run without the interpreter's lock."""
        jobs = 1 if self.n_jobs is None else self.n_jobs
        if jobs == -1:
            jobs = os.cpu_count() or 1
        with ThreadPoolExecutor(_checks.whole(jobs, "n_jobs", self._where(method))) as pool:
            yield pool
