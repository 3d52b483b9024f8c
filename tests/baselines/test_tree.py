"""The decision tree against scikit-learn's, and against what a pencil finds."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from galflux_edu.baselines import DecisionTree, _grow

FEATURES = ["sersic_idx_d", "R_e_d", "axis_ratio_d", "sersic_idx_b", "R_e_b", "axis_ratio_b", "bt"]


def _table(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features exact in float32 (as scikit-learn keeps them), numbers and three classes."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 4)).astype(np.float32).astype(np.float64)
    y = np.sin(2 * X[:, 0]) + X[:, 1] * (X[:, 2] > 0) + 0.3 * rng.normal(size=rows)
    return X, y, np.digitize(y, [-0.5, 0.5])


def _same_tree(ours: DecisionTree, theirs) -> int:
    """Check that both trees ask equally good questions, and return how many are not the same.

    Of questions of exactly the same gain any is right; below such a node nothing is compared.
    """
    a, b = ours.nodes_, theirs.tree_
    unit = np.log(2) if theirs.criterion == "entropy" else 1.0  # scikit-learn counts in bits
    w_impurity = b.weighted_n_node_samples * b.impurity * unit
    pairs, ties = [(0, 0)], 0
    for i, j in pairs:
        assert a.samples[i] == b.n_node_samples[j]
        np.testing.assert_allclose(a.value[i], b.value[j].ravel(), rtol=1e-9, atol=1e-12)
        left, right = b.children_left[j], b.children_right[j]
        assert (a.feature[i] < 0) == (left < 0)
        if left < 0:
            continue
        gain = w_impurity[j] - w_impurity[left] - w_impurity[right]
        assert a.gain[i] == pytest.approx(gain, rel=1e-9, abs=1e-9)
        if (a.feature[i], a.threshold[i]) != (b.feature[j], pytest.approx(b.threshold[j], 1e-12)):
            ties += 1
            continue
        pairs += [(a.left[i], left), (a.left[i] + 1, right)]
    return ties


def test_a_tree_by_hand():
    # Seven of ten rows are A. Q of no split: (49 + 9) / 10 = 5.8. By x <= 2.5 (2 A | 5 A, 3 B):
    # 2 + 34 / 8 = 6.25. By x <= 7.5 (6 A, 1 B | 1 A, 2 B): 37 / 7 + 5 / 3 = 6.95, the best.
    X = np.arange(1.0, 11.0)[:, None]
    y = np.array(list("AAABAAABBA"))
    tree = DecisionTree(max_depth=1).fit(X, y)
    nodes = tree.nodes_
    assert nodes.feature.tolist() == [0, -1, -1]
    assert nodes.threshold[0] == 7.5
    assert nodes.samples.tolist() == [10, 7, 3]
    assert nodes.gain[0] == pytest.approx(37 / 7 + 5 / 3 - 5.8, rel=1e-14)
    np.testing.assert_allclose(nodes.value, [[0.7, 0.3], [6 / 7, 1 / 7], [1 / 3, 2 / 3]])
    assert tree.predict(np.array([[7.5], [7.6]])).tolist() == ["A", "B"]
    assert tree.draw() == "x[0] <= 7.5?\n|-- yes: A 86% (7 rows)\n|-- no: B 67% (3 rows)"


def test_a_tree_of_numbers_by_hand():
    X = np.array([[0.0], [1.0], [2.0], [3.0]])
    tree = DecisionTree("regression").fit(X, np.array([0.0, 0.0, 6.0, 8.0]))
    assert tree.nodes_.threshold.tolist() == [1.5, 0, 2.5, 0, 0]
    np.testing.assert_allclose(tree.nodes_.value[:, 0], [3.5, 0, 7, 6, 8], atol=1e-15)
    # Sums of squared errors: 51 for all, 2 after the first split, 0 after the second.
    np.testing.assert_allclose(tree.nodes_.gain, [49, 0, 2, 0, 0], rtol=1e-14)
    assert tree.draw(["R_e"]).splitlines() == [
        "R_e <= 1.5?",
        "|-- yes: 0 (2 rows)",
        "|-- no: R_e <= 2.5?",
        "|   |-- yes: 6 (1 row)",
        "|   |-- no: 8 (1 row)",
    ]
    assert tree.draw(["R_e"], max_depth=1).splitlines()[-1] == "|-- no: R_e <= 2.5? ..."


@pytest.mark.parametrize("settings", [{}, {"max_depth": 5}, {"min_samples_leaf": 7}])
def test_numbers_split_as_in_scikit_learn(settings):
    X, y, _ = _table(600)
    ours = DecisionTree("regression", **settings).fit(X, y)
    theirs = DecisionTreeRegressor(random_state=0, **settings).fit(X, y)
    ties = _same_tree(ours, theirs)  # every feature parts two rows equally well
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-12)
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-12)
    if "min_samples_leaf" in settings:
        assert ties == 0
        fresh = _table(2000, seed=1)[0]
        np.testing.assert_allclose(ours.predict(fresh), theirs.predict(fresh), atol=1e-12)


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
# In a node of some 50 rows two features may well count the same on both sides; from 80 on none do.
@pytest.mark.parametrize(
    "settings", [{}, {"max_depth": 3}, {"min_samples_leaf": 40}, {"min_samples_split": 150}]
)
def test_classes_split_as_in_scikit_learn(criterion, settings):
    X, _, y = _table(1500)
    ours = DecisionTree(criterion=criterion, **settings).fit(X, y)
    theirs = DecisionTreeClassifier(criterion=criterion, random_state=0, **settings).fit(X, y)
    ties = _same_tree(ours, theirs)
    assert ours.score(X, y) == theirs.score(X, y)
    if settings:
        assert ties == 0
        fresh = _table(2000, seed=1)[0]
        np.testing.assert_allclose(
            ours.predict_proba(fresh), theirs.predict_proba(fresh), atol=1e-12
        )
        np.testing.assert_array_equal(ours.predict(fresh), theirs.predict(fresh))
        np.testing.assert_allclose(
            ours.feature_importances_, theirs.feature_importances_, rtol=1e-9, atol=1e-12
        )


def test_a_real_catalogue_splits_as_in_scikit_learn(catalogue):
    X = catalogue[FEATURES].to_numpy().astype(np.float32).astype(np.float64)
    radius = catalogue["R_e"].to_numpy()
    ours = DecisionTree("regression", min_samples_leaf=5).fit(X[:3000], radius[:3000])
    theirs = DecisionTreeRegressor(min_samples_leaf=5, random_state=0).fit(X[:3000], radius[:3000])
    assert _same_tree(ours, theirs) == 0
    sizes = np.digitize(radius, np.quantile(radius, [1 / 3, 2 / 3]))
    ours = DecisionTree().fit(X[:3000], sizes[:3000])
    theirs = DecisionTreeClassifier(random_state=0).fit(X[:3000], sizes[:3000])
    _same_tree(ours, theirs)
    right = theirs.score(X[3000:], sizes[3000:])
    standard_error = np.sqrt(right * (1 - right) / (len(X) - 3000))
    assert ours.score(X[:3000], sizes[:3000]) == 1
    assert ours.score(X[3000:], sizes[3000:]) == pytest.approx(right, abs=standard_error)


def test_a_row_counted_twice_is_two_rows():
    X, y, _ = _table(300)
    weight = np.random.default_rng(2).integers(0, 4, 300)
    tree = DecisionTree("regression")
    # With 5 rows a side, two features part one node of 10 into the same halves.
    tree._grow(_grow.Ranked.of(X), y, None, weight, _grow.Rules("mse", 9, 2, 7, 4))
    theirs = DecisionTreeRegressor(max_depth=9, min_samples_leaf=7).fit(X, y, weight)
    assert _same_tree(tree, theirs) == 0
    theirs = DecisionTreeRegressor(max_depth=1).fit(X.repeat(weight, axis=0), y.repeat(weight))
    assert tree.nodes_.threshold[0] == theirs.tree_.threshold[0]
    assert tree.nodes_.value[0, 0] == pytest.approx(theirs.tree_.value.ravel()[0], rel=1e-12)


def test_equal_values_are_never_parted():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 3, (500, 2)).astype(float)
    y = rng.normal(size=500)
    tree = DecisionTree("regression").fit(X, y)
    assert np.count_nonzero(tree.nodes_.feature < 0) == 9
    for cell in np.unique(X, axis=0):
        rows = (cell == X).all(axis=1)
        np.testing.assert_allclose(tree.predict(X[rows]), y[rows].mean(), atol=1e-14)


def test_neighbouring_numbers_have_a_threshold_between():
    X = np.array([[1.0], [np.nextafter(1, 2)]])  # their middle rounds to one of them
    assert DecisionTree().fit(X, np.array([0, 1])).predict(X).tolist() == [0, 1]
    X = np.array([[1.6e308], [1.7e308]])  # their sum overflows
    assert DecisionTree().fit(X, np.array([0, 1])).predict(X).tolist() == [0, 1]


def test_exclusive_or_needs_a_first_question_that_gains_nothing():
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([False, True, True, False])
    assert DecisionTree().fit(X, y).predict(X).tolist() == y.tolist()


def test_constant_columns_are_never_asked():
    X, _, y = _table(200)
    padded = np.column_stack([np.full(200, 0.1), X, np.full(200, 7.0)])
    tree = DecisionTree(max_features=1, random_state=0).fit(padded, y)
    assert not np.isin(tree.nodes_.feature, [0, 5]).any()
    assert tree.score(padded, y) == 1  # where a constant column is drawn, another steps in
    assert DecisionTree(max_depth=3).fit(padded, y).feature_importances_[[0, 5]].tolist() == [0, 0]


def test_nothing_to_ask_is_the_share_of_each_class():
    tree = DecisionTree().fit(np.zeros((4, 2)), np.array([1, 1, 1, 8]))
    np.testing.assert_array_equal(tree.predict_proba(np.ones((1, 2))), [[0.75, 0.25]])
    np.testing.assert_array_equal(tree.feature_importances_, [0, 0])
    assert tree.draw() == "1 75% (4 rows)"


def test_constant_numbers_are_one_leaf():
    tree = DecisionTree("regression").fit(np.arange(5.0)[:, None], np.full(5, 0.1))
    assert tree.nodes_.feature.tolist() == [-1]
    assert tree.predict(np.array([[9.0]])) == pytest.approx(0.1, rel=1e-15)


def test_one_outlier_spoils_nothing_else():
    y = np.r_[1e12, np.tile([1.0, 2.0], 50)]
    X = np.arange(101.0)[:, None]
    np.testing.assert_allclose(DecisionTree("regression").fit(X, y).predict(X), y, rtol=1e-15)


def test_drawn_features_follow_the_seed():
    X, _, y = _table(400)
    fits = [DecisionTree(max_features=2, random_state=s).fit(X, y).nodes_ for s in (3, 3, 4)]
    for one, two in zip(fits[0], fits[1], strict=True):
        np.testing.assert_array_equal(one, two)
    assert fits[0].feature.tolist() != fits[2].feature.tolist()


@pytest.mark.parametrize(
    ("given", "used"), [("auto", 3), ("sqrt", 3), (0.5, 5), (1.0, 10), (None, 10), (4, 4)]
)
def test_max_features(given, used, monkeypatch):
    seen = []
    grow = _grow.grow
    monkeypatch.setattr(_grow, "grow", lambda *all_: seen.append(all_[4]) or grow(*all_))
    X = np.random.default_rng(0).normal(size=(20, 10))
    DecisionTree(max_features=given).fit(X, X[:, 0] > 0)
    assert seen[0].max_features == used


def test_inputs_are_not_changed_and_settings_can_be_read():
    X, _, y = _table(100)
    kept_X, kept_y = X.copy(), y.copy()
    tree = DecisionTree(max_depth=2).fit(X, y)
    tree.score(X, y)
    np.testing.assert_array_equal(X, kept_X)
    np.testing.assert_array_equal(y, kept_y)
    assert tree.get_params() == {
        "task": "classification",
        "criterion": None,
        "max_depth": 2,
        "min_samples_split": 2,
        "min_samples_leaf": 1,
        "max_features": None,
        "random_state": None,
    }


X4 = np.arange(8.0).reshape(4, 2)


@pytest.mark.parametrize(
    ("settings", "X", "y", "message"),
    [
        ({}, X4, [1, 1, 1, 1], "needed at least two classes in y; got only 1"),
        (
            {},
            X4,
            [1, 2, 1],
            "needed y of shape (N,), one value a row of X, N at least 2; got (3,) for 4 rows",
        ),
        (
            {},
            np.where(X4 == 3, np.nan, X4),
            [1, 2, 1, 2],
            "needed finite values; got 1 NaN or infinite of 8 in X",
        ),
        (
            {"task": "regression"},
            X4,
            [1, 2, np.inf, 2],
            "needed finite values; got 1 NaN or infinite of 4 in y",
        ),
        ({}, X4, [1, 2, 0.5, 2], "needed labels, names or whole numbers, in y; got 0.5"),
        (
            {},
            X4,
            np.array([1, "a", 1, 2], dtype=object),
            "needed labels of one type in y; got int, str",
        ),
        (
            {"task": "ranking"},
            X4,
            [1, 2, 1, 2],
            "needed task to be one of 'classification', 'regression'; got 'ranking'",
        ),
        (
            {"criterion": "mse"},
            X4,
            [1, 2, 1, 2],
            "needed criterion to be one of None, 'gini', 'entropy'; got 'mse'",
        ),
        (
            {"task": "regression", "criterion": "gini"},
            X4,
            [1, 2, 1, 2],
            "needed criterion to be one of None, 'mse'; got 'gini'",
        ),
        (
            {"max_depth": 0},
            X4,
            [1, 2, 1, 2],
            "needed a whole max_depth of at least 1; got 0",
        ),
        (
            {"min_samples_split": 1},
            X4,
            [1, 2, 1, 2],
            "needed a whole min_samples_split of at least 2; got 1",
        ),
        (
            {"min_samples_leaf": 0.5},
            X4,
            [1, 2, 1, 2],
            "needed a whole min_samples_leaf of at least 1; got 0.5",
        ),
        (
            {"random_state": "now"},
            X4,
            [1, 2, 1, 2],
            "needed a whole random_state of at least 0; got 'now'",
        ),
        *(
            (
                {"max_features": given},
                X4,
                [1, 2, 1, 2],
                "needed max_features to be 'auto', 'sqrt', None, a fraction up to 1.0 or a whole "
                f"number up to 2; got {given!r}",
            )
            for given in ("log2", 1.5, 0.0, 3)
        ),
    ],
)
def test_fit_refuses(settings, X, y, message, refuses):
    with refuses(f"DecisionTree.fit: {message}"):
        DecisionTree(**settings).fit(X, np.asarray(y))


def test_fit_refuses_more_rows_than_fit_into_an_integer(monkeypatch, refuses):
    monkeypatch.setattr(_grow, "MOST_ROWS", 3)
    with refuses("DecisionTree.fit: needed at most 3 rows; got 4"):
        DecisionTree().fit(X4, np.array([1, 2, 1, 2]))


def test_other_methods_refuse(refuses):
    for method in ("predict", "predict_proba"):
        with refuses(f"DecisionTree.{method}: needed a fitted model; got one before fit"):
            getattr(DecisionTree(), method)(X4)
    with refuses("DecisionTree.draw: needed a fitted model; got one before fit"):
        DecisionTree().draw()
    tree = DecisionTree().fit(X4, np.array([1, 2, 1, 2]))
    with refuses("DecisionTree.draw: needed one name for each of 2 columns; got 1"):
        tree.draw(["R_e"])
    with refuses("DecisionTree.predict: needed the 2 columns of fit; got 1"):
        tree.predict(X4[:, :1])
