r"""Principal component analysis: the few directions in which rows really differ.

With :math:`X - \bar x = U S V^T`, the rows of :math:`V^T` are orthogonal directions; along the
j-th the rows scatter with variance :math:`s_j^2 / (N - 1)`, the largest first.
"""

from typing import Any

import numpy as np
from jaxtyping import Float, Real

from ..engine import Array
from ..errors import InputError
from . import _checks
from .base import Parameters


class PCA(Parameters):
    """Describe rows by their coordinates along the directions of largest variance.

    The sign of a direction is free; here its largest entry is positive.

    Parameters
    ----------
    n_components
        How many directions to keep, at most ``min(N, P)``; None keeps that many.
    whiten
        Whether `transform` divides every coordinate by its standard deviation.

    Attributes
    ----------
    components_
        The directions, one a row, shape (n_components, P), float64. Set by `fit`.
    explained_variance_
        Variance along each, shape (n_components,), in squared units of X.
    explained_variance_ratio_
        Its share of the variance of all columns together.
    singular_values_
        S, shape (n_components,).
    mean_
        Mean of each column, shape (P,).

    References
    ----------
    Jolliffe, *Principal Component Analysis*, 2nd edition (2002), section 3.5.

    Examples
    --------
    >>> pca = PCA(n_components=1).fit(np.array([[0.0, 0.0], [3.0, 4.0]]))
    >>> np.round(pca.components_, 12).tolist(), round(float(pca.explained_variance_[0]), 12)
    ([[0.6, 0.8]], 12.5)
    """

    components_: Float[np.ndarray, "K P"]
    explained_variance_: Float[np.ndarray, " K"]
    explained_variance_ratio_: Float[np.ndarray, " K"]
    singular_values_: Float[np.ndarray, " K"]
    mean_: Float[np.ndarray, " P"]

    def __init__(self, n_components: int | None = None, whiten: bool = False):
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X: Real[Array, "N P"], y: Any = None) -> "PCA":
        """Find the directions, and return the model; `y` is there for scikit-learn.

        Parameters
        ----------
        X
            Features, shape (N, P), finite, at least two rows that differ.

        Raises
        ------
        InputError
            If a shape is wrong, a value is NaN or infinite, all rows are equal, there are more
            components than rows or columns, or a direction to whiten has no variance.
        """
        where = self._where("fit")
        X = _checks.table(X, where)
        most = min(X.shape)
        keep = most
        if self.n_components is not None:
            keep = _checks.whole(self.n_components, "n_components", where)
        if keep > most:
            raise InputError(
                f"{where}: needed n_components of at most {most} for X of shape {X.shape}; "
                f"got {keep}"
            )
        if len(X) < 2 or not np.ptp(X, axis=0).any():
            raise InputError(
                f"{where}: needed at least two rows that differ; got {len(X)} "
                f"{'equal rows' if len(X) > 1 else 'row'}"
            )
        mean = X.mean(axis=0)
        # The mean of equal numbers may round; what is left of a constant column is no signal.
        centred = np.where(np.ptp(X, axis=0) == 0, 0.0, X - mean)
        _, s, directions = np.linalg.svd(centred, full_matrices=False)
        rank = np.count_nonzero(s > np.finfo(np.float64).eps * max(X.shape) * s[0])
        if self.whiten and keep > rank:
            raise InputError(
                f"{where}: needed directions with variance to whiten, n_components of at most "
                f"{rank}; got {keep}"
            )
        largest = np.argmax(np.abs(directions), axis=1, keepdims=True)
        directions = directions * np.sign(np.take_along_axis(directions, largest, axis=1))
        variance = s**2 / (len(X) - 1)
        self.mean_, self.components_ = mean, directions[:keep]
        self.singular_values_, self.explained_variance_ = s[:keep], variance[:keep]
        self.explained_variance_ratio_ = variance[:keep] / variance.sum()
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Real[Array, "N P"]) -> Float[np.ndarray, "N K"]:
        """Return the coordinates of rows along the directions.

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
        coordinates = (self._features(X, "transform") - self.mean_) @ self.components_.T
        return coordinates / self._units()

    def fit_transform(self, X: Real[Array, "N P"], y: Any = None) -> Float[np.ndarray, "N K"]:
        """Return ``fit(X).transform(X)``."""
        return self.fit(X).transform(X)

    def inverse_transform(self, coordinates: Real[Array, "N K"]) -> Float[np.ndarray, "N P"]:
        """Return the rows with these coordinates: what is left of X after `transform`.

        Parameters
        ----------
        coordinates
            Shape (N, n_components), finite.

        Raises
        ------
        InputError
            If the model is not fitted, or the coordinates are not as many as the directions.
        """
        self._require_fit("inverse_transform")
        where = self._where("inverse_transform")
        coordinates = _checks.table(coordinates, where)
        if coordinates.shape[1] != len(self.components_):
            raise InputError(
                f"{where}: needed {len(self.components_)} coordinates a row; "
                f"got {coordinates.shape[1]}"
            )
        return coordinates * self._units() @ self.components_ + self.mean_

    def _units(self) -> np.ndarray:
        """Return what one unit of each coordinate is, in units of X."""
        return np.sqrt(self.explained_variance_) if self.whiten else np.ones(len(self.components_))
