"""Linear regression against scikit-learn, the pseudo-inverse and lines known beforehand."""

import numpy as np
import pytest

from galflux_edu.baselines import LinearRegression
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
    from sklearn import linear_model as peer

    X, y = sample
    ours, theirs = LinearRegression().fit(X, y), peer.LinearRegression().fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    assert ours.intercept_ == pytest.approx(theirs.intercept_, rel=1e-9)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-11)
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-11)


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


def test_shape_alone_says_nothing_about_the_flux(catalogue):
    """In the real catalogue flux is drawn independently of size and bulge fraction."""
    X, y = catalogue[["R_e", "bt"]].to_numpy(), catalogue["log_total_flux"].to_numpy()
    assert 0 < LinearRegression().fit(X, y).score(X, y) < 1e-3


def test_agreement_with_scikit_learn_on_the_catalogue(galaxies):
    from sklearn import linear_model as peer

    X, y = galaxies
    ours, theirs = LinearRegression().fit(X, y), peer.LinearRegression().fit(X, y)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-10)
    unique = X[:, [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]]  # without the constant and the copies
    ours, theirs = LinearRegression().fit(unique, y), peer.LinearRegression().fit(unique, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9, atol=1e-14)


def test_gradient_descent_walks_to_the_same_line(sample, galaxies):
    for X, y in (sample, galaxies):
        exact = LinearRegression().fit(X, y)
        walked = LinearRegression("gradient-descent").fit(X, y)
        np.testing.assert_allclose(walked.predict(X), exact.predict(X), atol=1e-6)
        assert exact.n_iter_ == 0 < walked.n_iter_ < 10_000
    X, y = sample
    walked = LinearRegression("gradient-descent", tol=1e-13).fit(X, y)
    np.testing.assert_allclose(walked.coef_, LinearRegression().fit(X, y).coef_, rtol=1e-9)


def test_one_step_in_one_column_is_the_whole_way():
    """There the curvature is 1 in every direction, and the safe rate is 1 too."""
    x = np.array([[1.0], [2.0], [6.0], [7.0]])
    model = LinearRegression("gradient-descent").fit(x, np.array([0.0, 1.0, 2.0, 5.0]))
    assert model.n_iter_ == 1
    assert model.coef_[0] == pytest.approx(17 / 26, rel=1e-12)  # (6 + 2 + 0 + 9) / 26


def test_gradient_descent_says_when_it_does_not_arrive(sample, refuses):
    X, y = sample
    message = (
        r"^LinearRegression\.fit: max_iter=3 steps left a gradient of 0\.\d+, above tol=1e-08$"
    )
    with pytest.warns(RuntimeWarning, match=message):
        model = LinearRegression("gradient-descent", max_iter=3).fit(X, y)
    assert model.n_iter_ == 3
    # Along a direction of curvature 1 every step of 4 turns the error over and triples it.
    x, y = np.array([[-1.0], [1.0]]), np.array([-1.0, 1.0])
    with refuses(
        "LinearRegression.fit: needed a smaller learning_rate, at most 2 is safe; got 4, "
        "which diverged in 19 steps"
    ):
        LinearRegression("gradient-descent", learning_rate=4.0).fit(x, y)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (
            np.zeros((4, 2)),
            np.zeros(3),
            "fit: needed y of shape (N,), one value a row of X, N at least 2; got (3,) for 4 rows",
        ),
        (
            np.zeros((1, 2)),
            np.zeros(1),
            "fit: needed y of shape (N,), one value a row of X, N at least 2; got (1,) for 1 rows",
        ),
        (
            np.zeros((4, 2)),
            np.zeros((4, 1)),
            "fit: needed y of shape (N,), one value a row of X, N at least 2; "
            "got (4, 1) for 4 rows",
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
def test_fit_refuses(refuses, X, y, message):
    with refuses(f"LinearRegression.{message}"):
        LinearRegression().fit(X, y)


def test_predict_refuses(refuses, sample):
    X, y = sample
    with refuses("LinearRegression.predict: needed a fitted model; got one before fit"):
        LinearRegression().predict(X)
    model = LinearRegression().fit(X, y)
    with refuses("LinearRegression.predict: needed the 4 columns of fit; got 3"):
        model.predict(X[:, :3])
    with refuses("LinearRegression.predict: needed finite values; got 4 NaN or infinite of 4 in X"):
        model.predict(np.full((1, 4), np.nan))


def test_score_is_r2(sample):
    X, y = sample
    model = LinearRegression().fit(X[:100], y[:100])
    assert model.score(X[100:], y[100:]) == r2(model.predict(X[100:]), y[100:])
