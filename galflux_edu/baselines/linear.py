r"""Linear regression: the straight line every network has to beat.

.. math::
    \hat y = X w + b, \qquad w, b = \arg\min \sum_i (y_i - x_i \cdot w - b)^2

With the column means :math:`\bar x` and :math:`\bar y` taken off, b drops out. The singular
value decomposition :math:`X - \bar x = U S V^T` then gives

.. math:: w = V S^+ U^T (y - \bar y), \qquad b = \bar y - \bar x \cdot w

where :math:`S^+` inverts the singular values that stand above rounding error and leaves out the
rest. The normal equations :math:`X^T X w = X^T y` would square the condition number instead.
"""

import numpy as np
from jaxtyping import Float, Real

from ..engine import Array
from ..errors import InputError
from ..metrics import r2


class LinearRegression:
    """Fit a straight line (plane, hyperplane) by least squares.

    Where the features do not fix the answer (a constant column, a copy of another column, fewer
    rows than columns) it is the one with the smallest ``norm(coef_)``; a constant column gets
    coefficient 0.

    Attributes
    ----------
    coef_
        w, shape (P,), float64, in units of y per unit of each feature. Set by `fit`.
    intercept_
        b, in units of y. Set by `fit`.

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

    coef_: Float[np.ndarray, " P"]
    intercept_: float

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
            If a shape is wrong or a value is NaN or infinite.
        """
        X, y = _table(X, "fit"), np.asarray(y, dtype=np.float64)
        if y.shape != X.shape[:1] or y.size < 2:
            raise InputError(
                "LinearRegression.fit: needed X of shape (N, P) and y of shape (N,), N at least "
                f"2; got {X.shape} and {y.shape}"
            )
        _require_finite(y, "y", "fit")
        X_mean, y_mean = X.mean(axis=0), y.mean()
        # The mean of equal numbers may round; what is left of a constant column is then no signal.
        centred = np.where(np.ptp(X, axis=0) == 0, 0.0, X - X_mean)
        U, s, Vt = np.linalg.svd(centred, full_matrices=False)
        rounding = np.finfo(np.float64).eps * max(X.shape) * s[0]
        kept = s > rounding
        self.coef_ = Vt[kept].T @ ((U[:, kept].T @ (y - y_mean)) / s[kept])
        self.intercept_ = float(y_mean - X_mean @ self.coef_)
        return self

    def predict(self, X: Real[Array, "N P"]) -> Float[np.ndarray, " N"]:
        """Return ``X @ coef_ + intercept_``.

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
        if not hasattr(self, "coef_"):
            raise InputError("LinearRegression.predict: needed a fitted model; got one before fit")
        X = _table(X, "predict")
        if X.shape[1] != self.coef_.size:
            raise InputError(
                f"LinearRegression.predict: needed the {self.coef_.size} columns of fit; "
                f"got {X.shape[1]}"
            )
        return X @ self.coef_ + self.intercept_

    def score(self, X: Real[Array, "N P"], y: Real[Array, " N"]) -> float:
        """Return the coefficient of determination of ``predict(X)``, see `metrics.r2`."""
        return r2(self.predict(X), y)

    def get_params(self, deep: bool = True) -> dict:
        """Return the settings: there are none, a straight line has nothing to tune."""
        return {}


def _table(X: Array, method: str) -> np.ndarray:
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] == 0:
        raise InputError(
            f"LinearRegression.{method}: needed X of shape (N, P), one column per feature, P at "
            f"least 1; got {X.shape}"
        )
    _require_finite(X, "X", method)
    return X


def _require_finite(values: np.ndarray, name: str, method: str) -> None:
    bad = np.count_nonzero(~np.isfinite(values))
    if bad:
        raise InputError(
            f"LinearRegression.{method}: needed finite values; got {bad} NaN or infinite of "
            f"{values.size} in {name}"
        )
