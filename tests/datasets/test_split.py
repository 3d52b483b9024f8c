import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galflux_edu.datasets import batches, stratified_split
from galflux_edu.errors import InputError

FLUX = np.log10(np.random.default_rng(0).uniform(41, 30000, 10_000))


@settings(max_examples=200, deadline=None)
@given(st.integers(5, 300), st.integers(1, 40), st.integers(0, 2**32))
def test_parts_are_disjoint_exhaustive_sorted_and_in_proportion(n, strata, seed):
    values = np.random.default_rng(seed).normal(size=n)
    parts = stratified_split(values, seed=seed, strata=strata)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))
    for part, fraction in zip(parts, (0.6, 0.2, 0.2), strict=True):
        assert np.all(np.diff(part) > 0)
        assert abs(len(part) - fraction * n) <= 1


def test_every_quantile_is_shared_out_in_proportion():
    parts = stratified_split(FLUX, seed=3)
    edges = np.quantile(FLUX, np.linspace(0, 1, 21))
    for part, size in zip(parts, (300, 100, 100), strict=True):
        counts, _ = np.histogram(FLUX[part], edges)
        assert np.all(np.abs(counts - size) <= 2)


def test_the_same_seed_gives_the_same_split_and_another_another():
    first, again, other = (stratified_split(FLUX, seed=seed) for seed in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[2], other[2])


def test_within_a_stratum_the_choice_is_random():
    test_rows = [set(stratified_split(FLUX[:100], seed=seed)[2].tolist()) for seed in range(60)]
    chosen = np.array([sum(row in rows for rows in test_rows) for row in range(100)])
    assert chosen.min() > 0  # every row is tested sooner or later
    assert chosen.max() < 40


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (
            {"values": np.arange(2.0)},
            InputError,
            "stratified_split: needed rows for 3 parts of (0.6, 0.2, 0.2); got 2",
        ),
        (
            {"values": np.array([1.0, np.nan, np.inf])},
            InputError,
            "stratified_split: needed finite values; got 2 NaN or infinite",
        ),
        (
            {"values": FLUX, "fractions": (0.6, 0.2)},
            ValueError,
            "stratified_split: needed fractions above 0 that add to 1; got (0.6, 0.2)",
        ),
        (
            {"values": FLUX, "fractions": (1.2, -0.2)},
            ValueError,
            "stratified_split: needed fractions above 0 that add to 1; got (1.2, -0.2)",
        ),
        (
            {"values": FLUX, "strata": 0},
            ValueError,
            "stratified_split: needed at least 1 stratum; got 0",
        ),
    ],
)
def test_what_cannot_be_split(arguments, kind, message):
    with pytest.raises(kind, match=f"^{re.escape(message)}$"):
        stratified_split(**arguments)


def test_batches_hold_every_row_once_in_a_new_order():
    rng = np.random.default_rng(0)
    rows = np.arange(10, 33)
    first, second = list(batches(rows, 8, rng)), list(batches(rows, 8, rng))
    assert [len(batch) for batch in first] == [8, 8, 7]
    np.testing.assert_array_equal(np.sort(np.concatenate(first)), rows)
    assert not np.array_equal(np.concatenate(first), np.concatenate(second))


def test_batches_need_a_size():
    with pytest.raises(ValueError, match=r"^batches: needed a batch size of at least 1; got 0$"):
        batches(np.arange(3), 0, np.random.default_rng(0))
