"""Principal components against scikit-learn and the eigenvectors of the covariance."""

import numpy as np
import pytest

from galflux_edu.baselines import PCA


@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize("components", [1, 3, None])
def test_agreement_with_scikit_learn(blobs, components, whiten):
    from sklearn import decomposition as peer

    X, _ = blobs
    ours = PCA(components, whiten).fit(X)
    theirs = peer.PCA(components, whiten=whiten, svd_solver="full").fit(X)
    for name in ("components_", "explained_variance_", "explained_variance_ratio_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9)
    np.testing.assert_allclose(ours.singular_values_, theirs.singular_values_, rtol=1e-12)
    np.testing.assert_allclose(ours.mean_, theirs.mean_, rtol=1e-12)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(
        ours.inverse_transform(ours.transform(X)),
        theirs.inverse_transform(theirs.transform(X)),
        rtol=1e-9,
        atol=1e-10,
    )


def test_agreement_with_scikit_learn_on_the_catalogue(galaxies):
    from sklearn import decomposition as peer

    X, _ = galaxies
    ours, theirs = PCA(11).fit(X), peer.PCA(11, svd_solver="full").fit(X)
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-6)
    np.testing.assert_allclose(ours.components_, theirs.components_, atol=1e-6)


def test_directions_are_eigenvectors_of_the_covariance(blobs):
    X, _ = blobs
    pca = PCA().fit(X)
    np.testing.assert_allclose(pca.components_ @ pca.components_.T, np.eye(5), atol=1e-14)
    stretched = pca.components_ @ np.cov(X, rowvar=False)
    np.testing.assert_allclose(
        stretched, pca.explained_variance_[:, None] * pca.components_, atol=1e-11
    )
    assert pca.explained_variance_ratio_.sum() == pytest.approx(1, rel=1e-14)
    assert (np.max(pca.components_, axis=1) == np.max(np.abs(pca.components_), axis=1)).all()


def test_all_components_lose_nothing(blobs):
    X, _ = blobs
    for whiten in (False, True):
        pca = PCA(whiten=whiten)
        np.testing.assert_allclose(pca.inverse_transform(pca.fit_transform(X)), X, atol=1e-12)


def test_whitened_rows_have_unit_covariance(blobs):
    white = PCA(whiten=True).fit_transform(blobs[0])
    np.testing.assert_allclose(np.cov(white, rowvar=False), np.eye(5), atol=1e-12)


def test_fewer_rows_than_columns():
    X = np.random.default_rng(0).normal(size=(4, 9))
    pca = PCA().fit(X)
    assert pca.components_.shape == (4, 9)
    np.testing.assert_allclose(pca.inverse_transform(pca.transform(X)), X, atol=1e-13)


def test_a_constant_column_is_in_no_direction(blobs):
    X = np.column_stack([blobs[0], np.full(600, 0.1)])
    np.testing.assert_array_equal(PCA(5).fit(X).components_[:, -1], 0.0)


def test_rows_without_variance_are_refused(blobs, refuses):
    with refuses("PCA.fit: needed at least two rows that differ; got 3 equal rows"):
        PCA().fit(np.full((3, 2), 0.1))
    with refuses("PCA.fit: needed at least two rows that differ; got 1 row"):
        PCA().fit(np.ones((1, 2)))
    X = np.column_stack([blobs[0], np.full(600, 0.1)])
    with refuses(
        "PCA.fit: needed directions with variance to whiten, n_components of at most 5; got 6"
    ):
        PCA(whiten=True).fit(X)


def test_coordinates_of_another_number_are_refused(blobs, refuses):
    with refuses("PCA.inverse_transform: needed a fitted model; got one before fit"):
        PCA().inverse_transform(np.zeros((1, 2)))
    with refuses("PCA.inverse_transform: needed 2 coordinates a row; got 3"):
        PCA(2).fit(blobs[0]).inverse_transform(np.zeros((1, 3)))
