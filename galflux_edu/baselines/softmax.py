r"""Softmax regression (multinomial logistic regression): a straight line for classes.

Each class k gets a score :math:`z_k = w_k \cdot x + b_k`, and the softmax makes the scores
probabilities p. The weights minimise the cross-entropy of the true classes t and a penalty,

.. math::
    L = \frac1N \sum_i -\log p_{i t_i} + \frac{1}{2 C N} \sum_k |w_k|^2, \qquad
    \frac{\partial L}{\partial w_k} = \frac1N \sum_i (p_{ik} - [t_i = k])\, x_i
        + \frac{w_k}{C N}

It has one minimum. Newton's method walks there with the second derivatives

.. math:: \frac{\partial^2 L}{\partial w_k \partial w_l}
    = \frac1N \sum_i p_{ik} ([k = l] - p_{il})\, x_i x_i^T + \frac{[k = l]}{C N}

Two classes need one score only, that of the second class; the first has score 0. Both solvers
work on columns of zero mean and unit variance, with the penalty of the original ones.
"""

import math
import warnings
from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Real, Shaped

from ..datasets.split import batches
from ..engine import Array
from ..errors import InputError
from ..losses import softmax_cross_entropy
from ..optim import SGD, CosineDecay
from . import _checks
from .base import Predictor
from .linear import unit_variance

SOLVERS = ("newton", "sgd")
# A direction that curves less than this, of the most curved one, is flat but for rounding.
FLAT = 1e-13

Loss = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[float, np.ndarray, np.ndarray]]


class SoftmaxRegression(Predictor):
    r"""Classify with linear scores and a softmax.

    Parameters
    ----------
    C
        Inverse strength of the penalty, above 0, in scikit-learn's convention: it is C times the
        *sum* of the cross-entropy that stands against half the squared weights. ``inf`` is no
        penalty. The penalty depends on the units of the columns.
    solver
        ``"newton"``, all rows in every step, exact to rounding, or ``"sgd"``, a mini-batch a step
        as networks learn, the learning rate lowered to zero along half a cosine.
    max_iter
        Largest number of Newton steps, or number of epochs of ``"sgd"``.
    tol
        Newton stops when no entry of the gradient of L is larger.
    learning_rate, batch_size
        Of ``"sgd"``.
    random_state
        Seed for the order of rows in ``"sgd"``; None is different every time.

    Attributes
    ----------
    classes_
        The labels in sorted order, shape (K,). Set by `fit`.
    coef_
        w, shape (K, P), or (1, P) for two classes; the rows of K classes add up to zero.
    intercept_
        b, shape (K,) or (1,).
    n_iter_
        Number of Newton steps or epochs.

    References
    ----------
    Bishop, *Pattern Recognition and Machine Learning* (2006), equations 4.108 to 4.110.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> y = np.array(["faint", "bright", "faint", "bright"])
    >>> model = SoftmaxRegression().fit(X, y)
    >>> model.predict(np.array([[0.0], [9.0]])).tolist()
    ['faint', 'bright']
    """

    task = "classification"
    classes_: Shaped[np.ndarray, " K"]
    coef_: Float[np.ndarray, "R P"]
    intercept_: Float[np.ndarray, " R"]
    n_iter_: int

    def __init__(
        self,
        C: float = 1.0,
        solver: str = "newton",
        max_iter: int = 100,
        tol: float = 1e-10,
        learning_rate: float = 0.1,
        batch_size: int = 256,
        random_state: int | np.random.Generator | None = None,
    ):
        self.C = C
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.random_state = random_state

    def fit(self, X: Real[Array, "N P"], y: Shaped[Array, " N"]) -> "SoftmaxRegression":
        """Learn the weights, and return the model.

        Parameters
        ----------
        X
            Features, shape (N, P), finite.
        y
            Class labels, shape (N,): names or whole numbers of at least two classes.

        Raises
        ------
        InputError
            If a shape is wrong, a value is NaN or infinite, there is one class only, a setting is
            impossible, or ``"sgd"`` diverges.

        Warns
        -----
        RuntimeWarning
            If Newton's method runs out of steps: without a penalty, classes that a plane divides
            have no minimum.
        """
        where = self._where("fit")
        solver = _checks.one_of(self.solver, SOLVERS, "solver", where)
        C = _checks.positive(self.C, "C", where)
        _checks.whole(self.max_iter, "max_iter", where)
        X, codes, classes = self._training(X, y)
        mean = X.mean(axis=0)
        columns, scale = unit_variance(np.where(np.ptp(X, axis=0) == 0, 0.0, X - mean))
        columns = np.hstack([columns, np.ones((len(X), 1))])
        truth = np.eye(classes.size)[codes]
        ridge = np.append(1 / (C * len(X) * scale**2), 0.0)  # no penalty on the intercept

        def loss(theta: np.ndarray, rows: np.ndarray, truth: np.ndarray) -> tuple:
            logits = _with_first(rows @ theta.T)
            value, d_logits = softmax_cross_entropy(logits, truth)
            gradient = d_logits[:, -len(theta) :].T @ rows + ridge * theta
            p = d_logits * len(rows) + truth
            return float(value) + 0.5 * np.sum(ridge * theta**2), gradient, p

        theta = np.zeros((1 if classes.size == 2 else classes.size, columns.shape[1]))
        solve = self._newton if solver == "newton" else self._sgd
        theta, self.n_iter_ = solve(theta, loss, columns, truth, ridge)
        self.classes_ = classes
        self.coef_ = theta[:, :-1] / scale
        self.intercept_ = theta[:, -1] - self.coef_ @ mean
        self.n_features_in_ = X.shape[1]
        return self

    def _estimate(self, X: np.ndarray) -> np.ndarray:
        scores = _with_first(X @ self.coef_.T + self.intercept_)
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    def _newton(self, theta, loss: Loss, X, truth, ridge) -> tuple[np.ndarray, int]:
        tolerance = _checks.positive(self.tol, "tol", self._where("fit"))
        value, gradient, p = loss(theta, X, truth)
        for step in range(self.max_iter):
            if np.max(np.abs(gradient)) <= tolerance:
                return theta, step
            curvature = _curvature(X, p[:, -len(theta) :], ridge)
            # The intercepts may all rise together, and equal columns may share a weight in any
            # way: of such steps the shortest is taken, which leaves those sums alone.
            direction = np.linalg.lstsq(curvature, -gradient.ravel(), rcond=FLAT)[0]
            direction = direction.reshape(theta.shape)
            slope, length = np.sum(gradient * direction), 1.0
            # A parabola can overshoot far from the minimum: halve the step until L really falls.
            while True:
                trial = loss(theta + length * direction, X, truth)
                if trial[0] <= value + 1e-4 * length * slope + 1e-14 * abs(value) or length < 1e-9:
                    break
                length /= 2
            theta, (value, gradient, p) = theta + length * direction, trial
        if np.max(np.abs(gradient)) > tolerance:
            warnings.warn(
                f"{self._where('fit')}: max_iter={self.max_iter} Newton steps left a gradient of "
                f"{np.max(np.abs(gradient)):.1g}, above tol={tolerance:g}",
                RuntimeWarning,
                stacklevel=3,
            )
        return theta, self.max_iter

    def _sgd(self, theta, loss: Loss, X, truth, _ridge) -> tuple[np.ndarray, int]:
        where = self._where("fit")
        rate = _checks.positive(self.learning_rate, "learning_rate", where)
        size = _checks.whole(self.batch_size, "batch_size", where)
        rng = _checks.generator(self.random_state, where)
        optimiser = SGD(CosineDecay(rate, steps=self.max_iter * math.ceil(len(X) / size)))
        state = optimiser.init(theta)
        for _ in range(self.max_iter):
            for rows in batches(np.arange(len(X)), size, rng):
                _, gradient, _ = loss(theta, X[rows], truth[rows])
                theta, state = optimiser.step(theta, gradient, state)
            if not np.max(np.abs(theta)) < 1e9:
                raise InputError(f"{where}: needed a smaller learning_rate; {rate:g} diverges")
        return theta, self.max_iter


def _with_first(scores: np.ndarray) -> np.ndarray:
    """Return the scores of all classes: of two, the first has score 0."""
    return np.hstack([np.zeros_like(scores), scores]) if scores.shape[1] == 1 else scores


def _curvature(X: np.ndarray, p: np.ndarray, ridge: np.ndarray) -> np.ndarray:
    """Return the second derivatives of L by all weights of all classes, as one square matrix."""
    blocks = [
        [
            (X.T * (p[:, k] * ((k == m) - p[:, m]))) @ X / len(X) + (k == m) * np.diag(ridge)
            for m in range(p.shape[1])
        ]
        for k in range(p.shape[1])
    ]
    return np.block(blocks)
