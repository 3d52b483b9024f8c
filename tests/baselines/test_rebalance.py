"""Rebalanced tables: the right numbers of rows, each from where it may come."""

from collections import Counter

import numpy as np
import pytest

from galflux_edu.baselines.rebalance import smote, undersample


@pytest.fixture
def uneven():
    rng = np.random.default_rng(4)
    y = np.repeat(["galaxy", "quasar", "star"], [60, 9, 25])
    return rng.normal(size=(94, 3)) + 5 * (y == "star")[:, None], y


@pytest.mark.parametrize("k", [1, 5, 8])
def test_invented_rows_lie_between_a_row_and_a_near_one_of_its_class(uneven, k):
    X, y = uneven
    more_X, more_y = smote(X, y, k_neighbors=k, random_state=0)
    np.testing.assert_array_equal(more_X[:94], X)
    np.testing.assert_array_equal(more_y[:94], y)
    assert Counter(more_y.tolist()) == {"galaxy": 60, "quasar": 60, "star": 60}
    for new, name in zip(more_X[94:], more_y[94:], strict=True):
        parents = X[y == name]
        apart = np.linalg.norm(parents[:, None] - parents, axis=2)
        allowed = np.argsort(apart, axis=1)[:, 1 : k + 1]
        detours = [
            np.linalg.norm(new - parents[i]) + np.linalg.norm(new - parents[j]) - apart[i, j]
            for i in range(len(parents))
            for j in allowed[i]
        ]
        assert min(detours) < 1e-12


def test_invented_rows_are_spread_evenly_between_two():
    X, y = np.array([[0.0], [1.0], *[[9.0]] * 5000]), np.repeat([0, 1], [2, 5000])
    new = smote(X, y, k_neighbors=1, random_state=0)[0][5002:, 0]
    # Uniform on (0, 1), whichever of the two is the parent: mean 1/2, variance 1/12.
    assert new.mean() == pytest.approx(0.5, abs=4 / np.sqrt(12 * 4998))
    assert new.var() == pytest.approx(1 / 12, rel=0.05)


def test_undersample_keeps_rows_of_the_table_in_their_order(uneven):
    X, y = uneven
    fewer_X, fewer_y = undersample(X, y, random_state=0)
    assert Counter(fewer_y.tolist()) == {"galaxy": 9, "quasar": 9, "star": 9}
    rows = [int(np.flatnonzero((row == X).all(axis=1))[0]) for row in fewer_X]
    assert rows == sorted(set(rows))
    np.testing.assert_array_equal(y[rows], fewer_y)


@pytest.mark.parametrize("balance", [smote, undersample])
def test_an_even_table_stays_as_it_is_and_seeds_repeat(uneven, balance):
    X, y = balance(*uneven, random_state=7)
    for ours, again in zip((X, y), balance(*uneven, random_state=7), strict=True):
        np.testing.assert_array_equal(ours, again)
    for ours, again in zip((X, y), balance(X, y), strict=True):
        np.testing.assert_array_equal(ours, again)


@pytest.mark.parametrize(("number", "k"), [(1, 1), (1, 5), (5, 5)])
def test_a_class_without_enough_neighbours_is_refused(refuses, number, k):
    y = np.repeat(["quasar", "star"], [number, 20])
    with refuses(
        f"smote: needed at least {k + 1} rows, k_neighbors + 1, of every class that grows; "
        f"got {number} of class quasar"
    ):
        smote(np.arange(len(y))[:, None], y, k_neighbors=k)


def test_lengths_and_settings_are_checked(uneven, refuses):
    X, y = uneven
    with refuses(
        "undersample: needed y of shape (N,), one value a row of X, N at least 2; "
        "got (93,) for 94 rows"
    ):
        undersample(X, y[1:])
    with refuses("smote: needed a whole k_neighbors of at least 1; got 0"):
        smote(X, y, k_neighbors=0)
    with refuses("smote: needed finite values; got 282 NaN or infinite of 282 in X"):
        smote(X * np.nan, y)
