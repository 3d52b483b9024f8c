"""Models of a table, against scikit-learn's on the same cores: how long they take to learn.

30,000 simulated galaxies with the 14 columns of the PHYS378 catalogue that do not name the flux;
the classes are the thirds of the flux, which these columns hardly predict, so trees grow deep.
``headline`` is the fit of a forest of 100 trees for the classes, with scikit-learn's settings.
"""

from collections.abc import Callable

import click
import numpy as np
from sklearn import cluster, decomposition, ensemble, linear_model, neighbors, tree

from benchmarks import harness
from galflux_edu import baselines, sky
from galflux_edu.datasets import generate_catalogue
from galflux_edu.workflows.flux.evaluate import FEATURES

ROWS, ASKED = 30_000, 10_000


def draw_table(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, shape (rows, 14), the logarithm of the flux, and its third."""
    catalogue = generate_catalogue(sky.survey("hsc"), rows, np.random.default_rng(0))
    y = catalogue["log_total_flux"].to_numpy()
    thirds = np.digitize(y, np.quantile(y, [1 / 3, 2 / 3]))
    return catalogue[FEATURES].to_numpy(np.float64), y, thirds


def compare(case: str, ours: Callable, theirs: Callable, rows: int) -> dict:
    """Return the row of a case: `rows` galaxies learnt or predicted by each call."""
    return harness.row(
        case,
        "scikit-learn",
        lambda: rows / harness.seconds(ours),
        lambda: rows / harness.seconds(theirs),
        "rows/s",
    )


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    X, y, thirds = draw_table(ROWS)
    scaled = (X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-12)
    asked = scaled[:ASKED]
    all_cores = {"n_jobs": -1, "random_state": 0}
    forest = baselines.RandomForest(**all_cores)
    their_forest = ensemble.RandomForestClassifier(**all_cores)
    # A tree costs what it costs: 20 of them measure the forest of numbers, 100 would take minutes.
    numbers = baselines.RandomForest(n_estimators=20, task="regression", **all_cores)
    their_numbers = ensemble.RandomForestRegressor(n_estimators=20, **all_cores)
    near = baselines.KNeighbors().fit(scaled, thirds)
    their_near = neighbors.KNeighborsClassifier().fit(scaled, thirds)
    single, their_tree = baselines.DecisionTree(), tree.DecisionTreeClassifier()
    line, their_line = baselines.LinearRegression(), linear_model.LinearRegression()
    softmax = baselines.SoftmaxRegression()
    their_softmax = linear_model.LogisticRegression(tol=1e-8, max_iter=1000)
    axes, their_axes = baselines.PCA(), decomposition.PCA()
    groups = baselines.KMeans(n_clusters=8, n_init=1, random_state=0)
    their_groups = cluster.KMeans(n_clusters=8, n_init=1, random_state=0)
    rows = [
        compare(case, ours, theirs, number)
        for case, ours, theirs, number in (
            ("headline", lambda: forest.fit(X, thirds), lambda: their_forest.fit(X, thirds), ROWS),
            ("forest, numbers", lambda: numbers.fit(X, y), lambda: their_numbers.fit(X, y), ROWS),
            ("forest, predict", lambda: forest.predict(X), lambda: their_forest.predict(X), ROWS),
            ("tree", lambda: single.fit(X, thirds), lambda: their_tree.fit(X, thirds), ROWS),
            (
                "neighbours, predict",
                lambda: near.predict(asked),
                lambda: their_near.predict(asked),
                ASKED,
            ),
            ("linear", lambda: line.fit(X, y), lambda: their_line.fit(X, y), ROWS),
            (
                "softmax",
                lambda: softmax.fit(scaled, thirds),
                lambda: their_softmax.fit(scaled, thirds),
                ROWS,
            ),
            ("PCA", lambda: axes.fit(scaled), lambda: their_axes.fit(scaled), ROWS),
            ("k-means", lambda: groups.fit(scaled), lambda: their_groups.fit(scaled), ROWS),
        )
    ]
    harness.report("baselines", rows, ["galflux", "numpy", "scikit-learn"], as_json)


if __name__ == "__main__":
    main()
