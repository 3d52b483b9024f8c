r"""k nearest neighbours: what the most similar galaxies turned out to be.

.. math:: \hat y(x) = \frac1k \sum_{i \in \mathcal N_k(x)} y_i

where :math:`\mathcal N_k(x)` are the k training rows at the smallest Euclidean distance from x.
For classes, y is one-hot and the mean is the share of votes. Nothing is learnt but the table
itself; distances mix the units of the columns, so bring those to one scale first.
"""

import numpy as np
from jaxtyping import Float, Int, Real, Shaped

from ..engine import Array
from ..errors import InputError
from . import _checks
from ._distances import nearest
from .base import Predictor


class KNeighbors(Predictor):
    """Predict the mean, or the majority, of the nearest training rows.

    Of rows at exactly the same distance any may count. A tie of votes goes to the class that
    comes first in ``classes_``.

    Parameters
    ----------
    n_neighbors
        k, at least 1 and at most the number of training rows.
    task
        ``"classification"`` or ``"regression"``.

    Attributes
    ----------
    classes_
        The labels in sorted order, shape (K,); of a classification only. Set by `fit`.

    References
    ----------
    Cover and Hart, *Nearest neighbor pattern classification*, IEEE Trans. Inf. Theory 13 (1967) 21.

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0], [9.0]]), np.array(["star", "star", "quasar"])
    >>> KNeighbors(n_neighbors=1).fit(X, y).predict(np.array([[2.0], [7.0]])).tolist()
    ['star', 'quasar']
    """

    def __init__(self, n_neighbors: int = 5, task: str = "classification"):
        self.n_neighbors = n_neighbors
        self.task = task

    def fit(self, X: Real[Array, "N P"], y: Shaped[Array, " N"]) -> "KNeighbors":
        """Remember the table, and return the model.

        Parameters
        ----------
        X
            Features, shape (N, P), finite.
        y
            Class labels or, for ``task="regression"``, finite numbers, shape (N,).

        Raises
        ------
        InputError
            If a shape is wrong, a value is NaN or infinite, there is one class only, or there are
            fewer rows than neighbours.
        """
        where = self._where("fit")
        neighbours = _checks.whole(self.n_neighbors, "n_neighbors", where)
        X, y, classes = self._training(X, y)
        if len(X) < neighbours:
            raise InputError(
                f"{where}: needed at least n_neighbors={neighbours} rows; got {len(X)}"
            )
        self._rows = X
        self._outcomes = y
        if classes is not None:
            self.classes_, self._outcomes = classes, np.eye(classes.size)[y]
        self.n_features_in_ = X.shape[1]
        return self

    def kneighbors(
        self, X: Real[Array, "M P"]
    ) -> tuple[Float[np.ndarray, "M k"], Int[np.ndarray, "M k"]]:
        """Return the distances of the nearest training rows, and their numbers, nearest first.

        Parameters
        ----------
        X
            Features, shape (M, P), finite, the columns of `fit` in the same order.

        Raises
        ------
        InputError
            As `predict` does.
        """
        return nearest(self._features(X, "kneighbors"), self._rows, self.n_neighbors)

    def _estimate(self, X: np.ndarray) -> np.ndarray:
        _, numbers = nearest(X, self._rows, self.n_neighbors)
        return sum(self._outcomes[column] for column in numbers.T) / self.n_neighbors
