"""What all baselines share: settings one can read and change, predictions, a score."""

import inspect
from typing import Any

import numpy as np
from jaxtyping import Float, Real, Shaped

from ..engine import Array
from ..errors import InputError
from ..metrics import accuracy, r2
from . import _checks

TASKS = ("classification", "regression")


class Parameters:
    """Read the settings of a model from the signature of its constructor.

    As in scikit-learn, a constructor only stores its arguments, each under its own name; they are
    checked in `fit`. What `fit` learns ends in an underscore, ``n_features_in_`` last of all:
    with it the model counts as fitted.
    """

    n_features_in_: int

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings by name; `deep` is there for scikit-learn, no model holds another."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **settings: Any) -> "Parameters":
        """Change some settings and return the model; what it has learnt stays until `fit`.

        Raises
        ------
        InputError
            If there is no setting of that name.
        """
        known = self.get_params()
        for name, value in settings.items():
            if name not in known:
                raise InputError(
                    f"{type(self).__name__}.set_params: needed one of "
                    f"{', '.join(known) or 'no setting at all'}; got {name!r}"
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({settings})"

    def _where(self, method: str) -> str:
        """Return what an error message of `method` starts with."""
        return f"{type(self).__name__}.{method}"

    def _require_fit(self, method: str) -> None:
        if not hasattr(self, "n_features_in_"):
            raise InputError(f"{self._where(method)}: needed a fitted model; got one before fit")

    def _features(self, X: Array, method: str) -> np.ndarray:
        """Return the table that a fitted model is asked about, checked to be like that of fit."""
        self._require_fit(method)
        where = self._where(method)
        X = _checks.table(X, where)
        if X.shape[1] != self.n_features_in_:
            raise InputError(
                f"{where}: needed the {self.n_features_in_} columns of fit; got {X.shape[1]}"
            )
        return X


class Predictor(Parameters):
    """Predict a number (``task = "regression"``) or a class (``task = "classification"``).

    A model writes `fit` and ``_estimate(X)``, which is given a checked table and returns numbers
    of shape (N,) or class probabilities of shape (N, K) in the order of ``classes_``.
    """

    task: str
    classes_: Shaped[np.ndarray, " K"]

    def predict(self, X: Real[Array, "N P"]) -> Shaped[np.ndarray, " N"]:
        """Return the predicted number or the most probable class of each row.

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
        estimate = self._estimate(self._features(X, "predict"))
        return estimate if estimate.ndim == 1 else self.classes_[np.argmax(estimate, axis=1)]

    def predict_proba(self, X: Real[Array, "N P"]) -> Float[np.ndarray, "N K"]:
        """Return the probability of each class, in the order of ``classes_``.

        Parameters
        ----------
        X
            As in `predict`.

        Raises
        ------
        InputError
            As in `predict`, or if the model predicts numbers.
        """
        if self.task != "classification":
            raise InputError(
                f"{self._where('predict_proba')}: needed task='classification'; got {self.task!r}"
            )
        return self._estimate(self._features(X, "predict_proba"))

    def score(self, X: Real[Array, "N P"], y: Shaped[Array, " N"]) -> float:
        """Return how good ``predict(X)`` is: `metrics.accuracy` of classes, `metrics.r2` else."""
        metric = accuracy if self.task == "classification" else r2
        return metric(self.predict(X), y)

    def _estimate(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def _training(self, X: Array, y: Array) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Return what `fit` is given, checked: the table, numbers or class codes, the classes."""
        where = self._where("fit")
        _checks.one_of(self.task, TASKS, "task", where)
        X = _checks.table(X, where)
        if self.task == "regression":
            return X, _checks.targets(y, len(X), where), None
        classes, codes = _checks.labels(y, len(X), where)
        return X, codes, classes
