"""The random forest against scikit-learn's, its out-of-bag score, and its seeds."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from galflux_edu.baselines import DecisionTree, RandomForest
from galflux_edu.metrics import accuracy, r2


def _table(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, numbers, and classes that are right three times in four at best."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 6))
    signal = X[:, 0] + np.sin(2 * X[:, 1])
    y = signal + 0.5 * rng.normal(size=rows)
    names = np.array(["faint", "middle", "bright"])
    return X, y, names[np.digitize(y, [-0.6, 0.6])]


@pytest.fixture(scope="module")
def classified():
    X, _, y = _table(1500)
    ours = RandomForest(100, oob_score=True, n_jobs=2, random_state=0).fit(X, y)
    theirs = RandomForestClassifier(100, oob_score=True, random_state=0).fit(X, y)
    return ours, theirs


def test_classes_are_as_accurate_as_scikit_learns(classified):
    ours, theirs = classified
    X, _, y = _table(4000, seed=1)
    right = theirs.score(X, y)
    assert ours.score(X, y) == pytest.approx(right, abs=np.sqrt(right * (1 - right) / 4000))
    assert right > 0.65


def test_out_of_bag_is_as_scikit_learns(classified):
    ours, theirs = classified
    right = theirs.oob_score_
    assert ours.oob_score_ == pytest.approx(right, abs=np.sqrt(right * (1 - right) / 1500))
    assert ours.oob_estimate_.shape == (1500, 3)
    np.testing.assert_allclose(ours.oob_estimate_.sum(axis=1), 1, rtol=1e-12)


def test_importances_sum_to_one_and_are_as_scikit_learns(classified):
    ours, theirs = classified
    assert ours.feature_importances_.sum() == pytest.approx(1, abs=1e-14)
    assert (ours.feature_importances_ > 0).all()
    spread = np.std([tree.feature_importances_ for tree in theirs.estimators_], axis=0)
    error = np.sqrt(2 / 100) * spread  # of the difference of two means of 100 trees
    difference = np.abs(ours.feature_importances_ - theirs.feature_importances_)
    assert (difference < 3.5 * error).all()


def test_probabilities_are_the_mean_of_the_trees(classified):
    ours, _ = classified
    X = _table(50, seed=2)[0]
    mean = np.mean([tree.predict_proba(X) for tree in ours.estimators_], axis=0)
    np.testing.assert_allclose(ours.predict_proba(X), mean, rtol=1e-12)
    best = ours.classes_[mean.argmax(axis=1)]
    np.testing.assert_array_equal(ours.predict(X), best)


def test_numbers_are_as_good_as_scikit_learns():
    X, y, _ = _table(1200)
    fresh, truth, _ = _table(4000, seed=1)
    ours = RandomForest(60, "regression", oob_score=True, random_state=0).fit(X, y)
    theirs = RandomForestRegressor(60, oob_score=True, random_state=0).fit(X, y)
    squares = (theirs.predict(fresh) - truth) ** 2
    standard_error = squares.std() / np.sqrt(squares.size)
    assert np.mean((ours.predict(fresh) - truth) ** 2) == pytest.approx(
        squares.mean(), abs=standard_error
    )
    unseen = (theirs.oob_prediction_ - y) ** 2
    standard_error = unseen.std() / np.sqrt(unseen.size) / y.var()
    assert ours.oob_score_ == pytest.approx(theirs.oob_score_, abs=standard_error)
    assert ours.oob_score_ == r2(ours.oob_estimate_, y)
    assert ours.predict(fresh).shape == (4000,)


def test_the_table_says_nothing_about_the_flux_as_scikit_learn_finds(terciles):
    """One forest guesses a little luckier than the next, so the mean of eight is compared."""
    (X, y), seeds = terciles, range(8)
    right, ours = (
        np.mean(
            [m(20, random_state=s).fit(X[:2000], y[:2000]).score(X[2000:], y[2000:]) for s in seeds]
        )
        for m in (RandomForestClassifier, RandomForest)
    )
    standard_error = np.sqrt(right * (1 - right) / (len(y) - 2000))
    assert right == pytest.approx(1 / 3, abs=0.02)
    assert ours == pytest.approx(right, abs=standard_error)


def test_the_components_say_how_large_a_galaxy_is_as_scikit_learn_finds(catalogue):
    X = catalogue[["R_e_d", "R_e_b", "sersic_idx_d", "sersic_idx_b", "bt"]].to_numpy()
    radius = catalogue["R_e"].to_numpy()
    y = radius > np.median(radius)
    ours = RandomForest(150, random_state=0).fit(X[:2000], y[:2000]).score(X[2000:], y[2000:])
    right = (
        RandomForestClassifier(150, random_state=0)
        .fit(X[:2000], y[:2000])
        .score(X[2000:], y[2000:])
    )
    assert right > 0.9
    assert ours == pytest.approx(right, abs=np.sqrt(right * (1 - right) / (len(y) - 2000)))


def test_a_seed_gives_one_forest_whoever_grows_it():
    X, _, y = _table(300)
    forests = [
        RandomForest(8, oob_score=True, random_state=seed, n_jobs=jobs).fit(X, y)
        for seed, jobs in ((5, None), (5, 3), (5, -1), (6, None))
    ]
    estimates = [forest.predict_proba(X) for forest in forests]
    for other, forest in zip(estimates[1:3], forests[1:3], strict=True):
        np.testing.assert_array_equal(estimates[0], other)
        np.testing.assert_array_equal(forests[0].oob_estimate_, forest.oob_estimate_)
    assert (estimates[0] != estimates[3]).any()


def test_the_trees_differ():
    X, _, y = _table(300)
    forest = RandomForest(5, random_state=0).fit(X, y)
    roots = {tree.nodes_.threshold[0] for tree in forest.estimators_}
    assert len(roots) == 5
    assert all(isinstance(tree, DecisionTree) for tree in forest.estimators_)
    # Each saw the fraction 1 - 1/e of the rows, within what chance allows.
    seen = [tree.nodes_.samples[0] / 300 for tree in forest.estimators_]
    np.testing.assert_allclose(seen, 1 - np.exp(-1), atol=5 * 0.018)


def test_without_chance_a_forest_is_its_tree():
    X, y, _ = _table(200)
    forest = RandomForest(3, "regression", bootstrap=False).fit(X, y)
    tree = DecisionTree("regression").fit(X, y)
    np.testing.assert_allclose(forest.predict(X), tree.predict(X), rtol=1e-14)
    np.testing.assert_allclose(forest.feature_importances_, tree.feature_importances_, rtol=1e-14)


def test_out_of_bag_by_hand():
    """A row is judged by the trees that did not see it, and by no other."""
    X, _, y = _table(40)
    forest = RandomForest(6, oob_score=True, random_state=1).fit(X, y)
    total, votes = np.zeros((40, 3)), np.zeros(40)
    for stream, tree in zip(np.random.default_rng(1).spawn(6), forest.estimators_, strict=True):
        unseen = np.setdiff1d(np.arange(40), stream.integers(40, size=40))
        total[unseen] += tree.predict_proba(X[unseen])
        votes[unseen] += 1
    judged = votes > 0
    assert 0 < judged.sum() < 40
    np.testing.assert_array_equal(
        forest.oob_estimate_[judged], total[judged] / votes[judged][:, None]
    )
    assert np.isnan(forest.oob_estimate_[~judged]).all()
    best = forest.classes_[forest.oob_estimate_[judged].argmax(axis=1)]
    assert forest.oob_score_ == accuracy(best, y[judged])


def test_constant_columns_do_no_harm():
    X, _, y = _table(300)
    padded = np.column_stack([X, np.full((300, 8), 0.1)])
    forest = RandomForest(20, random_state=0).fit(padded, y)
    assert forest.score(padded, y) > 0.99
    np.testing.assert_array_equal(forest.feature_importances_[6:], 0)


X4, Y4 = np.arange(8.0).reshape(4, 2), np.array([1, 2, 1, 2])


@pytest.mark.parametrize(
    ("settings", "X", "y", "message"),
    [
        ({}, X4, np.ones(4, int), "needed at least two classes in y; got only 1"),
        (
            {},
            X4,
            Y4[:3],
            "needed y of shape (N,), one value a row of X, N at least 2; got (3,) for 4 rows",
        ),
        ({}, np.full((4, 2), np.nan), Y4, "needed finite values; got 8 NaN or infinite of 8 in X"),
        ({}, X4, Y4 / 4, "needed labels, names or whole numbers, in y; got 0.25"),
        ({"n_estimators": 0}, X4, Y4, "needed a whole n_estimators of at least 1; got 0"),
        ({"n_jobs": 0}, X4, Y4, "needed a whole n_jobs of at least 1; got 0"),
        (
            {"criterion": "mse"},
            X4,
            Y4,
            "needed criterion to be one of None, 'gini', 'entropy'; got 'mse'",
        ),
        (
            {"max_features": "log2"},
            X4,
            Y4,
            "needed max_features to be 'auto', 'sqrt', None, a fraction up to 1.0 or a whole "
            "number up to 2; got 'log2'",
        ),
        (
            {"oob_score": True, "bootstrap": False},
            X4,
            Y4,
            "needed bootstrap=True for oob_score=True; got False",
        ),
        (
            {"oob_score": True, "n_estimators": 1, "random_state": 1},  # draws both rows
            X4[:2],
            Y4[:2],
            "needed a row that some tree has not seen for oob_score; got none with n_estimators=1",
        ),
    ],
)
def test_fit_refuses(settings, X, y, message, refuses):
    with refuses(f"RandomForest.fit: {message}"):
        RandomForest(**settings).fit(X, y)


def test_predict_refuses(refuses):
    with refuses("RandomForest.predict: needed a fitted model; got one before fit"):
        RandomForest().predict(X4)
    forest = RandomForest(2, "regression", random_state=0).fit(X4, Y4)
    with refuses(
        "RandomForest.predict_proba: needed task='classification'; got 'regression'",
    ):
        forest.predict_proba(X4)
    with refuses("RandomForest.predict: needed the 2 columns of fit; got 1"):
        forest.predict(X4[:, :1])
