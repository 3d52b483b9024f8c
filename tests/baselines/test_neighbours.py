"""Neighbours against scikit-learn and against all distances written out."""

import numpy as np
import pytest

from galflux_edu.baselines import KNeighbors, _distances
from galflux_edu.metrics import r2


@pytest.mark.parametrize("k", [1, 5, 30])
def test_agreement_with_scikit_learn(blobs, terciles, k):
    from sklearn import neighbors as peer

    for X, y in (blobs, terciles):
        half = len(X) // 2
        ours = KNeighbors(k).fit(X[:half], y[:half])
        theirs = peer.KNeighborsClassifier(k).fit(X[:half], y[:half])
        X, y = X[half:], y[half:]
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-12)
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        assert ours.score(X, y) == pytest.approx(theirs.score(X, y), abs=1e-12)


def test_agreement_with_scikit_learn_on_numbers(galaxies):
    from sklearn import neighbors as peer

    X, y = galaxies
    ours = KNeighbors(task="regression").fit(X[:8000], y[:8000])
    theirs = peer.KNeighborsRegressor().fit(X[:8000], y[:8000])
    np.testing.assert_allclose(ours.predict(X[8000:]), theirs.predict(X[8000:]), rtol=1e-12)
    assert ours.score(X[8000:], y[8000:]) == r2(ours.predict(X[8000:]), y[8000:])


@pytest.mark.parametrize(("rows", "k"), [(1, 1), (2, 2), (7, 3), (50, 50), (503, 4), (4000, 9)])
@pytest.mark.parametrize("bytes_at_once", [1, 2**14, 2**25])
def test_nearest_against_all_distances_sorted(monkeypatch, rows, k, bytes_at_once):
    """Whatever the slices, and far from zero too, where a square loses digits."""
    monkeypatch.setattr(_distances, "BYTES_AT_ONCE", bytes_at_once)
    rng = np.random.default_rng(rows)
    table, asked = rng.normal(1e6, 1, (rows, 3)), rng.normal(1e6, 1, (40, 3))
    every = np.sqrt(np.sum((asked[:, None] - table) ** 2, axis=2))
    distances, numbers = _distances.nearest(asked, table, k)
    np.testing.assert_array_equal(numbers, np.argsort(every, axis=1)[:, :k])
    np.testing.assert_allclose(distances, np.sort(every, axis=1)[:, :k], rtol=1e-12)


def test_a_slice_is_never_larger_than_said(monkeypatch):
    monkeypatch.setattr(_distances, "BYTES_AT_ONCE", 8 * 100 * 30)
    shapes = [
        values.shape
        for _, values in _distances.comparable_distances(np.zeros((70, 2)), np.zeros((100, 2)))
    ]
    assert shapes == [(30, 100), (30, 100), (10, 100)]


def test_each_row_is_its_own_nearest_neighbour(blobs):
    X, y = blobs
    distances, numbers = KNeighbors(2).fit(X, y).kneighbors(X)
    np.testing.assert_array_equal(numbers[:, 0], np.arange(len(X)))
    np.testing.assert_array_equal(distances[:, 0], 0.0)
    assert KNeighbors(1).fit(X, y).score(X, y) == 1.0


def test_a_tie_of_votes_goes_to_the_first_class():
    model = KNeighbors(2).fit(np.array([[0.0], [1.0]]), np.array(["star", "quasar"]))
    assert model.predict(np.array([[0.1]])).tolist() == ["quasar"]
    assert model.predict_proba(np.array([[0.1]])).tolist() == [[0.5, 0.5]]


def test_a_constant_column_changes_nothing(blobs):
    X, y = blobs
    wider = np.column_stack([X, np.full(len(X), 7.0)])
    np.testing.assert_array_equal(
        KNeighbors().fit(wider, y).predict_proba(wider), KNeighbors().fit(X, y).predict_proba(X)
    )


def test_numbers_have_no_probabilities(refuses):
    model = KNeighbors(1, task="regression").fit(np.zeros((2, 1)), np.array([0.5, 1.0]))
    with refuses("KNeighbors.predict_proba: needed task='classification'; got 'regression'"):
        model.predict_proba(np.zeros((1, 1)))
