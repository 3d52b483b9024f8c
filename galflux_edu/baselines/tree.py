"""A decision tree: questions about one feature at a time, each the best there is at its place."""

import numpy as np
from jaxtyping import Float, Real, Shaped

from ..engine import Array
from ..errors import InputError
from . import _checks, _grow
from .base import Predictor

CRITERIA = {"classification": ("gini", "entropy"), "regression": ("mse",)}


class DecisionTree(Predictor):
    r"""Split the rows in two, by the question that makes both halves purest, again and again.

    In a leaf a class is as probable as it is frequent there, and a number is the mean. Every
    split lowers the impurity; with :math:`p_k` the fraction of a node's rows in class k it is

    .. math::
        \text{gini: } 1 - \sum_k p_k^2, \qquad \text{entropy: } -\sum_k p_k \ln p_k, \qquad
        \text{mse: } \overline{(y - \bar y)^2}.

    Every place between two different values of a feature is tried; of equally good places the
    first feature's lowest wins (of numbers, if rounding lets them be equal).

    Parameters
    ----------
    task
        ``"classification"`` or ``"regression"``.
    criterion
        ``"gini"`` or ``"entropy"`` for classes, ``"mse"`` for numbers; None is the first of them.
    max_depth
        The most questions on the way to a leaf; None asks until the leaves are pure.
    min_samples_split
        A node of fewer rows is left whole, at least 2.
    min_samples_leaf
        Rows that each side of a split must keep, at least 1.
    max_features
        How many features, drawn anew for every node, compete for its question: a whole number, a
        fraction of all, ``"sqrt"``, None for all, or ``"auto"``, what suits the trees of a
        forest: ``"sqrt"`` for classes, all for numbers.
    random_state
        Seed of those draws.

    Attributes
    ----------
    classes_
        The classes in sorted order, where the task is classification.
    nodes_
        The tree itself, as arrays of one entry a node.
    feature_importances_
        How much of the impurity each feature took away, shape (P,), in all 1 (0 without a split).

    References
    ----------
    Breiman, Friedman, Olshen and Stone, *Classification and Regression Trees* (1984), chapters 2
    and 8.

    Examples
    --------
    >>> X = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> tree = DecisionTree().fit(X, np.array(["disk", "disk", "bulge", "bulge"]))
    >>> print(tree.draw(["R_e"]))
    R_e <= 2.5?
    |-- yes: disk (2 rows)
    |-- no: bulge (2 rows)
    """

    feature_importances_: Float[np.ndarray, " P"]
    nodes_: _grow.Nodes

    def __init__(
        self,
        task: str = "classification",
        criterion: str | None = None,
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: int | float | str | None = None,
        random_state: int | np.random.Generator | None = None,
    ):
        self.task = task
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.random_state = random_state

    def fit(self, X: Real[Array, "N P"], y: Shaped[Array, " N"]) -> "DecisionTree":
        """Grow the tree, and return the model.

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
        X, y, classes = self._training(X, y)
        rules = growing_rules(self, X.shape[1])
        return self._grow(ranked(X, self), y, classes, np.ones(len(X), np.int64), rules)

    def _grow(
        self,
        table: _grow.Ranked,
        y: np.ndarray,
        classes: np.ndarray | None,
        weight: np.ndarray,
        rules: _grow.Rules,
    ) -> "DecisionTree":
        """Learn from what is already checked."""
        rng = _checks.generator(self.random_state, self._where("fit"))
        count = 0 if classes is None else classes.size
        self.nodes_ = _grow.grow(table, y, count, weight, rules, rng)
        if classes is not None:
            self.classes_ = classes
        inner = self.nodes_.feature >= 0
        gains = np.bincount(
            self.nodes_.feature[inner], self.nodes_.gain[inner], minlength=len(table.ranks)
        )
        self.feature_importances_ = gains / (gains.sum() or 1.0)
        self.n_features_in_ = len(table.ranks)
        return self

    def _estimate(self, X: np.ndarray) -> np.ndarray:
        value = self.nodes_.value.take(self.nodes_.leaves(X), axis=0)
        return value if self.task == "classification" else value[:, 0]

    def draw(self, names: list[str] | None = None, max_depth: int = 3) -> str:
        """Return the tree as text: a question a line, the answers indented below it.

        Parameters
        ----------
        names
            What to call the columns, P of them; by default ``x[0]``, ``x[1]`` and so on.
        max_depth
            How many questions deep to draw; what lies below is shown as dots.

        Raises
        ------
        InputError
            If the model is not fitted, or there is not one name for each column.
        """
        self._require_fit("draw")
        names = names or [f"x[{i}]" for i in range(self.n_features_in_)]
        if len(names) != self.n_features_in_:
            raise InputError(
                f"{self._where('draw')}: needed one name for each of {self.n_features_in_} "
                f"columns; got {len(names)}"
            )
        nodes, lines = self.nodes_, []

        def add(node: int, depth: int, answer: str) -> None:
            start = "|   " * (depth - 1) + "|-- " * (depth > 0) + answer
            if nodes.feature[node] < 0:
                rows = int(nodes.samples[node])
                lines.append(f"{start}{self._leaf(node)} ({rows} row{'s' * (rows > 1)})")
                return
            below = depth < max_depth
            question = f"{names[nodes.feature[node]]} <= {nodes.threshold[node]:.4g}?"
            lines.append(start + question + ("" if below else " ..."))
            if below:
                left = int(nodes.left[node])
                add(left, depth + 1, "yes: ")
                add(left + 1, depth + 1, "no: ")

        add(0, 0, "")
        return "\n".join(lines)

    def _leaf(self, node: int) -> str:
        """Return what a leaf says, a class that is not alone there with its probability."""
        value = self.nodes_.value[node]
        if self.task == "regression":
            return f"{value[0]:.4g}"
        best = np.argmax(value)
        return f"{self.classes_[best]}" + (f" {value[best]:.0%}" if value[best] < 1 else "")


def growing_rules(model: Predictor, features: int) -> _grow.Rules:
    """Return the checked settings of a tree, or of all trees of a forest, for P `features`."""
    where, kinds = model._where("fit"), CRITERIA[model.task]
    depth, most = model.max_depth, model.max_features
    if most == "auto":
        most = "sqrt" if model.task == "classification" else None
    if most is None:
        most = features
    elif most == "sqrt":
        most = max(1, int(features**0.5))
    elif isinstance(most, float) and 0 < most <= 1:
        most = max(1, int(features * most))
    elif isinstance(most, str | float) or _checks.whole(most, "max_features", where) > features:
        raise InputError(
            f"{where}: needed max_features to be 'auto', 'sqrt', None, a fraction up to 1.0 or a "
            f"whole number up to {features}; got {most!r}"
        )
    return _grow.Rules(
        _checks.one_of(model.criterion, (None, *kinds), "criterion", where) or kinds[0],
        np.inf if depth is None else _checks.whole(depth, "max_depth", where),
        _checks.whole(model.min_samples_split, "min_samples_split", where, lowest=2),
        _checks.whole(model.min_samples_leaf, "min_samples_leaf", where),
        most,
    )


def ranked(X: np.ndarray, model: Predictor) -> _grow.Ranked:
    """Return a checked table by ranks, ready to grow on."""
    if len(X) > _grow.MOST_ROWS:
        raise InputError(
            f"{model._where('fit')}: needed at most {_grow.MOST_ROWS} rows; got {len(X)}"
        )
    return _grow.Ranked.of(X)
