r"""Linear regression: the straight line every network has to beat.

.. math::
    \hat y = X w + b, \qquad w, b = \arg\min \sum_i (y_i - x_i \cdot w - b)^2

With the column means :math:`\bar x` and :math:`\bar y` taken off, b drops out. The singular
value decomposition :math:`X - \bar x = U S V^T` then gives

.. math:: w = V S^+ U^T (y - \bar y), \qquad b = \bar y - \bar x \cdot w

where :math:`S^+` inverts the singular values that stand above rounding error and leaves out the
rest. The normal equations :math:`X^T X w = X^T y` would square the condition number instead.

Gradient descent walks to the same place, the way a network does. On columns z of unit variance

.. math:: w \leftarrow w - \eta\, \frac1N z^T (z w - (y - \bar y))

shrinks the error along each direction by :math:`1 - \eta\lambda`, with :math:`\lambda` an
eigenvalue of the correlation matrix: it diverges if :math:`\eta > 2/\lambda_\mathrm{max}`, and
where two columns say nearly the same it is slow.
"""

import warnings

import numpy as np
from jaxtyping import Float, Real

from ..engine import Array
from ..errors import InputError
from . import _checks
from .base import Predictor

SOLVERS = ("svd", "gradient-descent")


class LinearRegression(Predictor):
    r"""Fit a straight line (plane, hyperplane) by least squares.

    Where the features do not fix the answer (a constant column, a copy of another column, fewer
    rows than columns) ``"svd"`` gives the one with the smallest ``norm(coef_)``; a constant
    column gets coefficient 0.

    Parameters
    ----------
    solver
        ``"svd"``, exact and at once, or ``"gradient-descent"``, to watch how learning works.
    learning_rate
        Gradient descent: :math:`\eta`. None takes 1/P, safe for any P columns, since the
        eigenvalues of a correlation matrix add up to P.
    max_iter, tol
        Gradient descent: stop after so many steps, or when no entry of the gradient, in units of
        the scatter of y, is larger than `tol`.

    Attributes
    ----------
    coef_
        w, shape (P,), float64, in units of y per unit of each feature. Set by `fit`.
    intercept_
        b, in units of y. Set by `fit`.
    n_iter_
        Number of steps taken; 0 for ``"svd"``.

    References
    ----------
    Golub and Van Loan, *Matrix Computations*, 4th edition (2013), theorem 5.5.1.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> line = LinearRegression().fit(X, np.array([1.0, 3.0, 5.0]))
    >>> round(float(line.coef_[0]), 12), round(line.intercept_, 12)
    (2.0, 1.0)
    """

    task = "regression"
    coef_: Float[np.ndarray, " P"]
    intercept_: float
    n_iter_: int

    def __init__(
        self,
        solver: str = "svd",
        learning_rate: float | None = None,
        max_iter: int = 10_000,
        tol: float = 1e-8,
    ):
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: Real[Array, "N P"], y: Real[Array, " N"]) -> "LinearRegression":
        """Learn `coef_` and `intercept_`, and return the model.

        Parameters
        ----------
        X
            Features, shape (N, P), finite, at least two rows and one column.
        y
            Targets, shape (N,), finite.

        Raises
        ------
        InputError
            If a shape is wrong, a value is NaN or infinite, a setting is impossible, or gradient
            descent diverges.

        Warns
        -----
        RuntimeWarning
            If gradient descent runs out of steps.
        """
        _checks.one_of(self.solver, SOLVERS, "solver", self._where("fit"))
        X, y, _ = self._training(X, y)
        X_mean, y_mean = X.mean(axis=0), y.mean()
        # The mean of equal numbers may round; what is left of a constant column is then no signal.
        centred = np.where(np.ptp(X, axis=0) == 0, 0.0, X - X_mean)
        solve = _least_squares if self.solver == "svd" else self._descend
        self.coef_, self.n_iter_ = solve(centred, y - y_mean)
        self.intercept_ = float(y_mean - X_mean @ self.coef_)
        self.n_features_in_ = X.shape[1]
        return self

    def _estimate(self, X: np.ndarray) -> np.ndarray:
        return X @ self.coef_ + self.intercept_

    def _descend(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, int]:
        """Walk down the gradient in units in which every column, and y, has unit variance."""
        where = self._where("fit")
        steps = _checks.whole(self.max_iter, "max_iter", where)
        tolerance = _checks.positive(self.tol, "tol", where)
        rate = 1 / X.shape[1]
        if self.learning_rate is not None:
            rate = _checks.positive(self.learning_rate, "learning_rate", where)
        (X, X_scale), (y, y_scale) = unit_variance(X), unit_variance(y)
        w = np.zeros(X.shape[1])
        for step in range(steps + 1):
            gradient = X.T @ (X @ w - y) / len(y)
            largest = np.max(np.abs(gradient))
            if largest <= tolerance:
                break
            if largest > 1e9:  # it started below 1
                raise InputError(
                    f"{where}: needed a smaller learning_rate, at most {2 / X.shape[1]:g} is safe; "
                    f"got {rate:g}, which diverged in {step} steps"
                )
            if step < steps:
                w = w - rate * gradient
        else:
            warnings.warn(
                f"{where}: max_iter={steps} steps left a gradient of {largest:.1g}, above "
                f"tol={tolerance:g}",
                RuntimeWarning,
                stacklevel=3,
            )
        return w * y_scale / X_scale, step


def unit_variance(centred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return centred columns divided by their standard deviation, and that; constant ones keep 1.

    A function of its own, since `SoftmaxRegression` solves in these units too.
    """
    scale = np.sqrt(np.mean(centred**2, axis=0))
    scale = np.where(scale == 0, 1.0, scale)
    return centred / scale, scale


def _least_squares(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, int]:
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = s > np.finfo(np.float64).eps * max(X.shape) * s[0]
    return Vt[kept].T @ ((U[:, kept].T @ y) / s[kept]), 0
