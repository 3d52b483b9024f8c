"""What all baselines share: settings, scikit-learn's habits, and one sentence for bad input."""

import numpy as np
import pytest

from galflux_edu.baselines import PCA, KMeans, KNeighbors, LinearRegression, SoftmaxRegression
from galflux_edu.baselines.rebalance import smote, undersample

LABELS = np.array([0, 0, 1, 1, 0, 1])
TABLE = np.arange(12.0).reshape(6, 2) ** 2
SUPERVISED = [LinearRegression(), SoftmaxRegression(), KNeighbors(n_neighbors=2)]
CLASSIFIERS = SUPERVISED[1:]
MODELS = [*SUPERVISED, KMeans(n_clusters=2, random_state=0), PCA()]


def _name(model):
    return type(model).__name__


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_scikit_learn_can_clone_it(model):
    from sklearn import base

    copy = base.clone(type(model)(**model.get_params()).fit(TABLE, LABELS))
    assert type(copy) is type(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "n_features_in_")


def test_settings_are_those_of_the_constructor():
    model = KNeighbors(n_neighbors=3)
    assert model.get_params() == {"n_neighbors": 3, "task": "classification"}
    assert repr(model) == "KNeighbors(n_neighbors=3, task='classification')"
    assert model.set_params(n_neighbors=7) is model
    assert model.n_neighbors == 7


def test_an_unknown_setting_is_refused(refuses):
    with refuses("KNeighbors.set_params: needed one of n_neighbors, task; got 'k'"):
        KNeighbors().set_params(k=3)


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_tables_that_are_none_are_refused(model, refuses):
    name = _name(model)
    shape = "needed X of shape (N, P), one column per feature, P at least 1"
    with refuses(f"{name}.fit: {shape}; got (6,)"):
        model.fit(LABELS, LABELS)
    with refuses(f"{name}.fit: needed finite values; got 1 NaN or infinite of 12 in X"):
        model.fit(np.where(TABLE == 9, np.nan, TABLE), LABELS)


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_questions_that_do_not_fit_the_model_are_refused(model, refuses):
    name, method = _name(model), "transform" if isinstance(model, PCA) else "predict"
    with refuses(f"{name}.{method}: needed a fitted model; got one before fit"):
        getattr(type(model)(), method)(TABLE)
    fitted = type(model)(**model.get_params()).fit(TABLE, LABELS)
    with refuses(f"{name}.{method}: needed the 2 columns of fit; got 1"):
        getattr(fitted, method)(TABLE[:, :1])
    with refuses(f"{name}.{method}: needed finite values; got 12 NaN or infinite of 12 in X"):
        getattr(fitted, method)(np.full((6, 2), np.inf))


@pytest.mark.parametrize("model", SUPERVISED, ids=_name)
def test_lengths_that_differ_are_refused(model, refuses):
    with refuses(
        f"{_name(model)}.fit: needed y of shape (N,), one value a row of X, N at least 2; "
        "got (5,) for 6 rows"
    ):
        model.fit(TABLE, LABELS[:5])


BAD_LABELS = [
    (np.zeros(6, dtype=int), "needed at least two classes in y; got only 0"),
    (np.full(6, "star"), "needed at least two classes in y; got only star"),
    (LABELS + 0.5, "needed labels, names or whole numbers, in y; got 0.5"),
    (
        np.array(["star", 1, 1, 1, 1, 1], dtype=object),
        "needed labels of one type in y; got int, str",
    ),
    (
        np.array(["star", np.nan, *["quasar"] * 4], dtype=object),
        "needed labels of one type in y; got float, str",
    ),
    (
        np.where(LABELS, np.nan, 1.0),
        "needed finite values; got 3 NaN or infinite of 6 in y",
    ),
    (
        LABELS.astype("datetime64[D]"),
        "needed labels, names or whole numbers, in y; got the type datetime64[D]",
    ),
]


@pytest.mark.parametrize(("y", "message"), BAD_LABELS, ids=[text[:40] for _, text in BAD_LABELS])
def test_labels_that_are_none_are_refused(refuses, y, message):
    for model in CLASSIFIERS:
        with refuses(f"{_name(model)}.fit: {message}"):
            model.fit(TABLE, y)
    for balance in (smote, undersample):
        with refuses(f"{balance.__name__}: {message}"):
            balance(TABLE, y)


@pytest.mark.parametrize("model", CLASSIFIERS, ids=_name)
@pytest.mark.parametrize(
    "labels",
    [
        LABELS,
        LABELS.astype(bool),
        LABELS.astype(float),
        np.array(["no", "yes"])[LABELS],
        np.array(["no", "yes"], dtype=object)[LABELS],
    ],
    ids=["int", "bool", "float", "text", "objects"],
)
def test_labels_come_back_as_they_were(model, labels):
    fitted = model.fit(TABLE, labels)
    assert fitted.classes_.tolist() == sorted(set(labels.tolist()))
    assert set(fitted.predict(TABLE).tolist()) <= set(labels.tolist())
    assert 0 <= fitted.score(TABLE, labels) <= 1


@pytest.mark.parametrize("model", CLASSIFIERS, ids=_name)
def test_scoring_names_against_numbers_is_refused(model, refuses):
    fitted = model.fit(TABLE, LABELS)
    with refuses("metrics: needed labels of one kind; got numbers and names"):
        fitted.score(TABLE, np.array(["no", "yes"])[LABELS])


TASKS = "'classification', 'regression'"
BAD_SETTINGS = [
    (KNeighbors, {"n_neighbors": 0}, "a whole n_neighbors of at least 1; got 0"),
    (KNeighbors, {"n_neighbors": 2.5}, "a whole n_neighbors of at least 1; got 2.5"),
    (KNeighbors, {"n_neighbors": 7}, "at least n_neighbors=7 rows; got 6"),
    (KNeighbors, {"task": "ranking"}, f"task to be one of {TASKS}; got 'ranking'"),
    (
        LinearRegression,
        {"solver": "newton"},
        "solver to be one of 'svd', 'gradient-descent'; got 'newton'",
    ),
    (LinearRegression, {"solver": "gradient-descent", "tol": 0.0}, "a tol above 0; got 0.0"),
    (SoftmaxRegression, {"solver": "lbfgs"}, "solver to be one of 'newton', 'sgd'; got 'lbfgs'"),
    (SoftmaxRegression, {"C": 0.0}, "a C above 0; got 0.0"),
    (SoftmaxRegression, {"C": np.nan}, "a C above 0; got nan"),
    (
        SoftmaxRegression,
        {"solver": "sgd", "random_state": -1},
        "a whole random_state of at least 0; got -1",
    ),
    (KMeans, {"n_clusters": 7}, "at least n_clusters=7 rows; got 6"),
    (KMeans, {"n_clusters": 2, "tol": -1.0}, "a tol of at least 0; got -1.0"),
    (KMeans, {"n_clusters": 2, "init": "random"}, "init to be one of 'k-means++'; got 'random'"),
    (KMeans, {"n_clusters": 2, "init": TABLE}, "init of shape (2, 2); got (6, 2)"),
    (PCA, {"n_components": 3}, "n_components of at most 2 for X of shape (6, 2); got 3"),
    (PCA, {"n_components": True}, "a whole n_components of at least 1; got True"),
]


@pytest.mark.parametrize(("kind", "settings", "message"), BAD_SETTINGS)
def test_settings_that_cannot_be_are_refused(refuses, kind, settings, message):
    with refuses(f"{kind.__name__}.fit: needed {message}"):
        kind(**settings).fit(TABLE, LABELS)
