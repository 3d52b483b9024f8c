"""Classifying shapes: what is learnt, what is written, and what is refused."""

import gzip
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from galflux_edu import models, nn
from galflux_edu.engine import random_key, tree_leaves
from galflux_edu.errors import InputError
from galflux_edu.losses import sigmoid_cross_entropy
from galflux_edu.optim import SGD
from galflux_edu.train import compile_update, compile_updates
from galflux_edu.workflows.galaxy10.classify import LECTURE_7, classify
from galflux_edu.workflows.galaxy10.pictures import LABELS, read_pictures

QUIET = {"engine": "numpy", "progress": False}


def test_the_lecture_network_has_the_lectures_size_and_start():
    params, shape = models.galaxy10_mlp().init(np.random.default_rng(0), (69, 69, 1))
    assert shape == (5,)
    assert nn.count_parameters(params) == 476_705
    first, second = (leaf for leaf in tree_leaves(params) if leaf.ndim == 2)
    for weights in (first, second):
        assert abs(weights.std() / 0.1 - 1) < 6 / np.sqrt(2 * weights.size)


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_many_steps_at_once_are_the_same_as_single_steps(engine):
    rng = np.random.default_rng(1)
    network = nn.Sequential((nn.Dense(4), nn.Tanh(), nn.Dropout(0.3), nn.Dense(2)))
    x, y = rng.normal(size=(9, 3)), rng.integers(0, 2, (9, 2)).astype(float)
    params, _ = network.init(rng, (3,))
    from galflux_edu.engine import fold_in, to_engine, to_numpy

    params, x, y = to_engine((params, x, y), engine, "float32")
    rows = to_engine(rng.integers(0, 9, (7, 2)).astype(np.int32), engine)
    optimiser, key = SGD(0.1), random_key(3, engine)
    together = compile_updates(network, sigmoid_cross_entropy, optimiser, None, engine)
    after, _, losses = together(params, optimiser.init(params), x, y, key, 5, rows)
    one = compile_update(network, sigmoid_cross_entropy, optimiser, None, engine)
    state, seen = optimiser.init(params), []
    for i in range(7):
        params, state, value = one(params, state, x, y, fold_in(key, 5 + i), rows[i])
        seen.append(float(value))
    np.testing.assert_allclose(to_numpy(losses), seen, rtol=1e-5)
    for ours, expected in zip(tree_leaves(after), tree_leaves(params), strict=True):
        np.testing.assert_allclose(to_numpy(ours), to_numpy(expected), rtol=1e-4, atol=1e-6)


def test_a_run_is_reported_in_numbers_and_on_a_page(tmp_path):
    settings = replace(LECTURE_7, steps=20)
    report = classify(
        tmp_path / "run", galaxies=200, settings=settings, command="galflux x", **QUIET
    )
    rows = report.metrics["rows"]
    assert [row["model"] for row in rows] == ["majority-class", "galaxy10-linear", "galaxy10-mlp"]
    assert all(row["metric"] == "accuracy" and 0 <= row["ours"] <= 1 for row in rows)
    assert not any("published" in row for row in rows)  # nobody published simulated pictures
    assert json.loads((tmp_path / "run" / "metrics.json").read_text()) == report.metrics
    page = report.report.read_text(encoding="utf-8")
    assert all(name in page for name in ("galflux x", "The pictures are simulated"))
    assert (tmp_path / "run" / "galaxy10-mlp.npz").exists()


@pytest.fixture
def lecture_file(tmp_path):
    """Write a file like the lecture's: one-hot classes, which differ in brightness."""
    rng = np.random.default_rng(2)

    def part(number):
        labels = np.arange(number) % 5
        images = np.broadcast_to(30.0 * labels[:, None, None, None], (number, 69, 69, 1))
        return images + rng.normal(size=images.shape), np.eye(5)[labels]

    path = tmp_path / "dataG.pkl.gz"
    with gzip.open(path, "wb") as file:
        pickle.dump((*part(50), *part(10)), file)
    return path


def test_the_lectures_own_file_is_kept_apart_and_compared(lecture_file, tmp_path):
    pictures = read_pictures(lecture_file, seed=0)
    sizes = [len(labels) for _, labels in (pictures.train, pictures.validation, pictures.test)]
    assert sizes == [45, 5, 10]
    settings = replace(LECTURE_7, steps=100, batch_size=5)
    report = classify(tmp_path / "run", lecture_file, settings=settings, **QUIET)
    last = report.metrics["rows"][-1]
    assert last["published"] == 0.66
    assert last["ours"] > report.metrics["rows"][0]["ours"]  # it learns
    assert "The pictures are those of the file: dataG.pkl.gz." in report.table


def test_mistakes_are_answered_with_a_sentence(tmp_path):
    out = tmp_path / "run"
    with pytest.raises(InputError, match=r"^classify: needed at least 100 galaxies; got 99$"):
        classify(out, galaxies=99, **QUIET)
    for wrong, sentence in (
        ({"steps": 0}, "steps: needed at least 1; got 0"),
        ({"batch_size": 0}, "batch_size: needed at least 1; got 0"),
        ({"learning_rate": -1.0}, "learning rate: needed a number above 0; got -1.0"),
    ):
        with pytest.raises(InputError, match=f"^{sentence}$"):
            classify(out, settings=replace(LECTURE_7, **wrong), **QUIET)
    assert not out.exists()
    path = tmp_path / "other.pkl.gz"
    with gzip.open(path, "wb") as file:
        pickle.dump((np.zeros((2, 8, 8, 1)), np.eye(2), np.zeros((2, 8, 8, 1)), np.eye(2)), file)
    message = (
        rf"needed pictures of shape \(69, 69, 1\) and {len(LABELS)} classes; got \(8, 8, 1\) and 2$"
    )
    with pytest.raises(InputError, match=message):
        classify(out, path, **QUIET)
