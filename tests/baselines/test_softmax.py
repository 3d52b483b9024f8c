"""Softmax regression against scikit-learn, its own gradient and answers known beforehand."""

import numpy as np
import pytest

from galflux_edu.baselines import SoftmaxRegression


def _peer(C=1.0):
    from sklearn import linear_model as linear

    return linear.LogisticRegression(C=C, solver="newton-cholesky", tol=1e-12, max_iter=1000)


def _agree(X, y, C):
    ours, theirs = SoftmaxRegression(C=C).fit(X, y), _peer(C).fit(X, y)
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-9)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), abs=1e-12)


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("classes", [2, 3])
def test_agreement_with_scikit_learn(blobs, classes, C):
    X, y = blobs
    _agree(X[y < classes], y[y < classes], C)


@pytest.mark.parametrize("C", [1e-3, 1.0])
def test_agreement_with_scikit_learn_on_the_catalogue(terciles, C):
    """In raw units, with a constant column and copies: the penalty makes the answer unique."""
    X, y = terciles
    _agree(X, y, C)
    _agree(X, y == "High", C)


def test_flux_terciles_cannot_be_told_from_shape(terciles):
    X, y = terciles
    assert SoftmaxRegression().fit(X[:5000], y[:5000]).score(X[5000:], y[5000:]) < 0.37


@pytest.mark.parametrize("classes", [2, 3])
def test_the_gradient_of_the_penalised_likelihood_is_zero(blobs, classes):
    """The condition of the minimum, written down from the formula and not from the code."""
    X, y = blobs[0][blobs[1] < classes], blobs[1][blobs[1] < classes]
    model = SoftmaxRegression(C=0.3).fit(X, y)
    residual = model.predict_proba(X) - np.eye(classes)[y]
    residual = residual[:, -len(model.coef_) :]
    np.testing.assert_allclose(residual.sum(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(0.3 * residual.T @ X + model.coef_, 0, atol=1e-7)


def test_without_a_penalty_one_binary_column_gives_the_log_odds():
    x = np.repeat([0.0, 1.0], [10, 20])[:, None]
    y = np.concatenate([np.repeat([0, 1], [8, 2]), np.repeat([0, 1], [5, 15])])
    model = SoftmaxRegression(C=np.inf).fit(x, y)
    assert model.intercept_[0] == pytest.approx(np.log(2 / 8), rel=1e-9)
    assert model.coef_[0, 0] == pytest.approx(np.log(15 / 5) - np.log(2 / 8), rel=1e-9)


def test_weights_of_three_classes_add_up_to_zero(blobs):
    model = SoftmaxRegression(C=np.inf).fit(*blobs)
    np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(model.intercept_.sum(), 0, atol=1e-9)


def test_a_constant_column_gets_no_weight(blobs):
    X, y = blobs
    plain = SoftmaxRegression().fit(X, y)
    model = SoftmaxRegression().fit(np.column_stack([X, np.full(len(X), 0.1)]), y)
    np.testing.assert_allclose(model.coef_[:, -1], 0, atol=1e-15)
    np.testing.assert_allclose(model.coef_[:, :-1], plain.coef_, rtol=1e-9)


def test_probabilities_of_far_away_rows_do_not_overflow(blobs):
    p = SoftmaxRegression().fit(*blobs).predict_proba(np.full((1, 5), 1e9))
    assert p.sum() == pytest.approx(1, abs=1e-15)
    assert p.max() == pytest.approx(1, abs=1e-15)


def test_classes_that_a_plane_divides_have_no_minimum_without_a_penalty():
    X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    message = (
        r"^SoftmaxRegression\.fit: max_iter=5 Newton steps left a gradient of [\d.e-]+, "
        r"above tol=1e-10$"
    )
    with pytest.warns(RuntimeWarning, match=message):
        model = SoftmaxRegression(C=np.inf, max_iter=5).fit(X, y)
    assert model.score(X, y) == 1.0


def test_sgd_comes_close_and_repeats_itself(blobs):
    X, y = blobs
    exact = SoftmaxRegression().fit(X, y)
    settings = {"solver": "sgd", "batch_size": 32, "random_state": 1}
    sgd = SoftmaxRegression(**settings).fit(X, y)
    one_error = np.sqrt(exact.score(X, y) * (1 - exact.score(X, y)) / len(y))
    assert abs(sgd.score(X, y) - exact.score(X, y)) < one_error
    np.testing.assert_allclose(sgd.predict_proba(X), exact.predict_proba(X), atol=0.03)
    np.testing.assert_array_equal(SoftmaxRegression(**settings).fit(X, y).coef_, sgd.coef_)


def test_sgd_that_diverges_is_refused(blobs, refuses):
    with refuses("SoftmaxRegression.fit: needed a smaller learning_rate; 1e+12 diverges"):
        SoftmaxRegression(solver="sgd", learning_rate=1e12).fit(*blobs)
