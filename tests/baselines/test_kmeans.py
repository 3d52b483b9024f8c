"""k-means against scikit-learn and against what a minimum must look like."""

import numpy as np
import pytest

from galflux_edu.baselines import KMeans


def test_agreement_with_scikit_learn_from_one_start(blobs, galaxies):
    from sklearn import cluster as peer

    for X in (blobs[0], galaxies[0]):
        start = X[:4]
        ours = KMeans(4, init=start, tol=0.0, max_iter=1000).fit(X)
        theirs = peer.KMeans(4, init=start, n_init=1, tol=0.0, max_iter=1000).fit(X)
        np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-6)
        np.testing.assert_array_equal(ours.labels_, theirs.labels_)
        assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-10)
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        assert ours.score(X) == pytest.approx(theirs.score(X), rel=1e-10)


def test_ten_starts_find_as_good_a_minimum_as_scikit_learn(blobs):
    from sklearn import cluster as peer

    ours = KMeans(3, random_state=0).fit(blobs[0])
    theirs = peer.KMeans(3, n_init=10, random_state=0).fit(blobs[0])
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-3)


def test_a_minimum_is_its_own_next_step(blobs):
    X, _ = blobs
    model = KMeans(5, tol=0.0, random_state=3).fit(X)
    means = np.stack([X[model.labels_ == k].mean(axis=0) for k in range(5)])
    np.testing.assert_allclose(model.cluster_centers_, means, rtol=1e-10, atol=1e-12)
    squared = np.sum((X[:, None] - model.cluster_centers_) ** 2, axis=2)
    np.testing.assert_array_equal(model.labels_, squared.argmin(axis=1))
    assert model.inertia_ == pytest.approx(squared.min(axis=1).sum(), rel=1e-12)


def test_clusters_far_apart_are_found_from_every_start():
    rng = np.random.default_rng(0)
    places = 1e3 * np.arange(6)[:, None] * [1, -1]
    X = np.repeat(places, 30, axis=0) + rng.normal(size=(180, 2))
    for seed in range(10):
        labels = KMeans(6, n_init=1, random_state=seed).fit(X).labels_
        assert len({tuple(group) for group in labels.reshape(6, 30)}) == 6
        assert (np.ptp(labels.reshape(6, 30), axis=1) == 0).all()


def test_a_cluster_that_loses_all_rows_takes_the_farthest():
    X = np.array([[0.0], [1.0], [2.0], [50.0]])
    model = KMeans(2, init=np.array([[1.0], [1e6]])).fit(X)
    assert model.cluster_centers_.ravel().tolist() == [1.0, 50.0]
    assert model.inertia_ == pytest.approx(2.0, rel=1e-12)


def test_the_same_seed_gives_the_same_clusters(blobs):
    first, second = (KMeans(4, random_state=5).fit(blobs[0]) for _ in range(2))
    np.testing.assert_array_equal(first.cluster_centers_, second.cluster_centers_)


def test_a_constant_column_is_the_same_in_every_centre(blobs):
    X = np.column_stack([blobs[0], np.full(600, 0.1)])
    centres = KMeans(3, random_state=0).fit(X).cluster_centers_
    np.testing.assert_allclose(centres[:, -1], 0.1, rtol=1e-14)


def test_fewer_different_rows_than_clusters_are_refused(refuses):
    X = np.array([[0.1], [0.1], [0.1], [0.7]])
    with refuses("KMeans.fit: needed at least n_clusters=3 different rows; got 2"):
        KMeans(3, random_state=0).fit(X)
