"""Linear regression against scikit-learn, the pseudo-inverse and lines known beforehand."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from galflux_edu.baselines import LinearRegression
from galflux_edu.errors import InputError
from galflux_edu.metrics import r2


@pytest.fixture
def sample():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 4)) * [1, 1e-3, 1e3, 1] + [0, 5, 1e4, -2]
    y = X @ [2.0, -300.0, 1e-3, 0.5] + 7 + rng.normal(0, 0.1, 200)
    return X, y


def test_a_line_without_noise_comes_back_exactly(sample):
    X, _ = sample
    model = LinearRegression().fit(X, X @ [2.0, -300.0, 1e-3, 0.5] + 7)
    np.testing.assert_allclose(model.coef_, [2.0, -300.0, 1e-3, 0.5], rtol=1e-9)
    assert model.intercept_ == pytest.approx(7, rel=1e-8)
    assert model.score(X, X @ [2.0, -300.0, 1e-3, 0.5] + 7) == pytest.approx(1, rel=1e-14)


def test_one_feature_is_covariance_over_variance(sample):
    X, y = sample
    model = LinearRegression().fit(X[:, :1], y)
    slope = np.cov(X[:, 0], y, ddof=0)[0, 1] / np.var(X[:, 0])
    assert model.coef_[0] == pytest.approx(slope, rel=1e-12)
    assert model.intercept_ == pytest.approx(y.mean() - slope * X[:, 0].mean(), rel=1e-12)


def test_residuals_are_orthogonal_to_every_feature(sample):
    X, y = sample
    residual = y - LinearRegression().fit(X, y).predict(X)
    assert residual.mean() == pytest.approx(0, abs=1e-11)
    correlations = np.corrcoef(np.column_stack([residual, X]), rowvar=False)[0, 1:]
    np.testing.assert_allclose(correlations, 0, atol=1e-8)


def test_agreement_with_scikit_learn(sample):
    peer = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is the judge here")
    X, y = sample
    ours, theirs = LinearRegression().fit(X, y), peer.LinearRegression().fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    assert ours.intercept_ == pytest.approx(theirs.intercept_, rel=1e-9)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-11)
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-11)


def test_scikit_learn_can_clone_it(sample):
    base = pytest.importorskip("sklearn.base", reason="scikit-learn is the judge here")
    assert LinearRegression().get_params() == {}
    copy = base.clone(LinearRegression().fit(*sample))
    assert isinstance(copy, LinearRegression)
    assert not hasattr(copy, "coef_")


@pytest.mark.parametrize("case", ["copied column", "constant column", "fewer rows than columns"])
def test_an_open_choice_is_the_shortest_answer(sample, case):
    X, y = sample
    if case == "copied column":
        X = np.column_stack([X[:, 0], X[:, 3], X[:, 0]])
    elif case == "constant column":
        X = np.column_stack([X[:, 0], np.full(len(X), 0.1)])
    else:
        X, y = X[:3, [0, 3, 0, 1]], y[:3]
    model = LinearRegression().fit(X, y)
    shortest = np.linalg.pinv(X - X.mean(axis=0), rcond=1e-12) @ (y - y.mean())
    np.testing.assert_allclose(model.coef_, shortest, rtol=1e-8, atol=1e-12)
    if case == "copied column":
        assert model.coef_[0] == pytest.approx(model.coef_[2], rel=1e-12)
    if case == "constant column":
        assert model.coef_[1] == 0.0


def test_constant_columns_alone_predict_the_mean():
    y = np.array([1.0, 2.0, 6.0])
    model = LinearRegression().fit(np.full((3, 2), 0.1), y)
    np.testing.assert_array_equal(model.coef_, [0.0, 0.0])
    np.testing.assert_array_equal(model.predict(np.full((2, 2), 9.0)), [3.0, 3.0])


def test_normal_equations_would_have_lost_these_digits():
    x = np.linspace(0, 1, 50)
    X = np.column_stack([x, x + 1e-7 * x**2])  # condition number about 1e8, squared 1e16
    model = LinearRegression().fit(X, X @ [3.0, -2.0])
    np.testing.assert_allclose(model.coef_, [3.0, -2.0], rtol=1e-6)


def test_inputs_are_not_changed(sample):
    X, y = sample
    kept_X, kept_y = X.copy(), y.copy()
    LinearRegression().fit(X, y).score(X, y)
    np.testing.assert_array_equal(X, kept_X)
    np.testing.assert_array_equal(y, kept_y)


def test_shape_alone_says_nothing_about_the_flux():
    """In the real catalogue flux is drawn independently of size and bulge fraction."""
    path = _shared("gal_morph_test.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    X = np.array([[float(row[name]) for name in ("R_e", "bt")] for row in rows])
    y = np.array([float(row["log_total_flux"]) for row in rows])
    score = LinearRegression().fit(X, y).score(X, y)
    assert 0 < score < 1e-3


def _shared(name: str) -> Path:
    for folder in Path(__file__).resolve().parents:
        if (path := folder / "shared" / "data" / name).exists():
            return path
    pytest.skip(f"shared/data/{name}, the sources' own catalogue, is not next to this checkout")


def _expect(message: str):
    return pytest.raises(InputError, match=f"^{re.escape(message)}$")


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (
            np.zeros((4, 2)),
            np.zeros(3),
            "fit: needed X of shape (N, P) and y of shape (N,), N at least 2; got (4, 2) and (3,)",
        ),
        (
            np.zeros((1, 2)),
            np.zeros(1),
            "fit: needed X of shape (N, P) and y of shape (N,), N at least 2; got (1, 2) and (1,)",
        ),
        (
            np.zeros((4, 2)),
            np.zeros((4, 1)),
            "fit: needed X of shape (N, P) and y of shape (N,), N at least 2; "
            "got (4, 2) and (4, 1)",
        ),
        (
            np.zeros(4),
            np.zeros(4),
            "fit: needed X of shape (N, P), one column per feature, P at least 1; got (4,)",
        ),
        (
            np.zeros((4, 0)),
            np.zeros(4),
            "fit: needed X of shape (N, P), one column per feature, P at least 1; got (4, 0)",
        ),
        (
            np.array([[1.0], [np.nan]]),
            np.zeros(2),
            "fit: needed finite values; got 1 NaN or infinite of 2 in X",
        ),
        (
            np.array([[1.0], [2.0]]),
            np.array([np.inf, np.nan]),
            "fit: needed finite values; got 2 NaN or infinite of 2 in y",
        ),
    ],
)
def test_fit_refuses(X, y, message):
    with _expect(f"LinearRegression.{message}"):
        LinearRegression().fit(X, y)


def test_predict_refuses(sample):
    X, y = sample
    with _expect("LinearRegression.predict: needed a fitted model; got one before fit"):
        LinearRegression().predict(X)
    model = LinearRegression().fit(X, y)
    with _expect("LinearRegression.predict: needed the 4 columns of fit; got 3"):
        model.predict(X[:, :3])
    with _expect("LinearRegression.predict: needed finite values; got 4 NaN or infinite of 4 in X"):
        model.predict(np.full((1, 4), np.nan))


def test_score_is_r2(sample):
    X, y = sample
    model = LinearRegression().fit(X[:100], y[:100])
    assert model.score(X[100:], y[100:]) == r2(model.predict(X[100:]), y[100:])
