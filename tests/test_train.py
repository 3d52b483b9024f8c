"""Training: what is learnt, what is recorded, and that no interruption can be told afterwards."""

import json
import re
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest

from galflux_edu import nn
from galflux_edu.datasets.checkpoint import load_checkpoint, save_checkpoint
from galflux_edu.engine import flatten, to_engine, to_numpy
from galflux_edu.errors import InputError
from galflux_edu.losses import mse, softmax_cross_entropy
from galflux_edu.optim import SGD, Adam, CosineDecay
from galflux_edu.train import History, compile_update, fit, predict
from galflux_edu.train.batches import shuffled_batches

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 3))
Y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.3 + 0.1 * RNG.standard_normal((50, 1))
IMAGES = RNG.standard_normal((20, 9, 9, 1))
TARGETS = RNG.standard_normal((20, 1))
MLP = nn.Sequential((nn.Dense(8), nn.Tanh(), nn.Dense(1)))
CNN = nn.Sequential(
    (
        *(nn.Conv2d(3, padding=1), nn.ReLU(), nn.MaxPool2d(), nn.Flatten()),
        *(nn.Dense(6), nn.ReLU(), nn.Dropout(0.5), nn.Dense(1)),
    )
)


def train(model=MLP, data=(X, Y), **options):
    options = {"progress": False, "engine": "numpy", "batch_size": 16} | options
    return fit(model, data, **options)


def double(model, shape):
    """Return parameters in double precision."""
    return to_engine(model.init(np.random.default_rng(4), shape)[0], "numpy", "float64")


def assert_same_trees(a, b):
    a, b = flatten(a), flatten(b)
    assert list(a) == list(b)
    for name in a:
        assert a[name].dtype == b[name].dtype
        np.testing.assert_array_equal(a[name], b[name])


def assert_same_fits(a, b):
    assert_same_trees(a.params, b.params)
    ours, theirs = asdict(a.history), asdict(b.history)
    assert len(ours.pop("seconds")) == len(theirs.pop("seconds"))
    assert ours == theirs


# What is learnt


def test_a_line_is_the_least_squares_line():
    result = train(
        nn.Dense(1), batch_size=50, optimiser=SGD(0.2), epochs=400, params=double(nn.Dense(1), (3,))
    )
    design = np.hstack([X, np.ones((50, 1))])
    best, *_ = np.linalg.lstsq(design, Y)
    ours = np.vstack([result.params["weight"], result.params["bias"]])
    np.testing.assert_allclose(ours, best, rtol=1e-10)
    np.testing.assert_allclose(predict(nn.Dense(1), result.params, X), design @ best, rtol=1e-9)


def test_classes_are_learnt_with_integer_labels():
    labels = np.eye(2, dtype=np.int64)[(X[:, 0] > 0).astype(int)]
    for engine in ("numpy", "jax"):
        result = train(
            nn.Dense(2),
            (X, labels),
            validation=(X, labels),
            loss=softmax_cross_entropy,
            optimiser=Adam(0.1),
            epochs=60,
            engine=engine,
        )
        scores = predict(nn.Dense(2), result.params, X, engine=engine)
        assert np.mean(scores.argmax(axis=1) == labels.argmax(axis=1)) > 0.97


@pytest.mark.parametrize("optimiser", [SGD(0.05), Adam(CosineDecay(0.01, 8))], ids=str)
def test_both_engines_walk_the_same_way(optimiser):
    model = nn.Sequential(tuple(layer for layer in CNN.layers if layer != nn.Dropout(0.5)))
    results = [
        train(
            model,
            (IMAGES, TARGETS),
            validation=(IMAGES[:5], TARGETS[:5]),
            optimiser=optimiser,
            batch_size=6,
            epochs=2,
            engine=engine,
            params=double(model, (9, 9, 1)),
        )
        for engine in ("numpy", "jax")
    ]
    numpy, jax = (flatten(result.params) for result in results)
    for name, array in numpy.items():
        assert array.dtype == np.float64
        np.testing.assert_allclose(jax[name], array, rtol=1e-10, atol=1e-12)
    a, b = (result.history for result in results)
    np.testing.assert_allclose(a.step_loss, b.step_loss, rtol=1e-10)
    np.testing.assert_allclose(a.validation_loss, b.validation_loss, rtol=1e-10)


def test_two_epochs_equal_a_loop_written_out():
    result = train(optimiser=SGD(0.1), epochs=2, seed=3)
    params, _ = MLP.init(np.random.default_rng(3), (3,))
    x, y = X.astype(np.float32), Y.astype(np.float32)
    losses = []
    stream = shuffled_batches(0, 50, 16, seed=3)
    for _ in range(8):
        rows = next(stream)
        prediction, saved = MLP.forward(params, x[rows])
        value, dy = mse(prediction, y[rows])
        _, grads = MLP.backward(params, saved, dy)
        flat = {k: v - 0.1 * flatten(grads)[k] for k, v in flatten(params).items()}
        params = {name: {k: flat[f"{name}/{k}"] for k in params[name]} for name in params}
        losses.append(float(value))
    assert_same_trees(result.params, params)
    assert result.history.step_loss == losses


def test_every_epoch_visits_every_example_once_in_a_new_order():
    stream = shuffled_batches(0, 10, 4, seed=1)
    epochs = [[next(stream) for _ in range(3)] for _ in range(3)]
    for epoch in epochs:
        assert [len(rows) for rows in epoch] == [4, 4, 2]
        assert sorted(np.concatenate(epoch)) == list(range(10))
    assert len({tuple(np.concatenate(epoch)) for epoch in epochs}) == 3
    later = shuffled_batches(4, 10, 4, seed=1)
    np.testing.assert_array_equal(next(later), epochs[1][1])


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_seeds_decide_everything(engine):
    first, again, other = (
        train(CNN, (IMAGES, TARGETS), batch_size=8, epochs=2, seed=seed, engine=engine)
        for seed in (5, 5, 6)
    )
    assert_same_fits(first, again)
    assert first.history.step_loss != other.history.step_loss
    assert all(leaf.dtype == np.float32 for leaf in flatten(first.params).values())


# What goes in


def stretch(batch):
    return (batch["counts"] * 1.0 - batch["offset"][:, None, None])[..., None]


def as_float(batch):
    """Do the same as `stretch`, with the types that JAX insists on."""
    return (batch["counts"].astype("float32") - batch["offset"][:, None, None])[..., None]


def test_memory_mapped_counts_are_prepared_inside_the_step(tmp_path):
    counts = RNG.integers(0, 65535, (20, 9, 9), dtype=np.uint16)
    offset = RNG.normal(3e4, 1e4, 20).astype(np.float32)
    np.save(tmp_path / "counts.npy", counts)
    mapped = np.load(tmp_path / "counts.npy", mmap_mode="r")
    options = {"steps": 5, "batch_size": 8, "optimiser": SGD(1e-12)}
    for engine in ("numpy", "jax"):
        inputs = {"counts": mapped, "offset": offset}
        result = train(CNN, (inputs, TARGETS), prepare=as_float, engine=engine, **options)
        images = (counts - offset[:, None, None])[..., None].astype(np.float32)
        expected = train(CNN, (images, TARGETS), engine=engine, **options)
        np.testing.assert_allclose(result.history.step_loss, expected.history.step_loss, rtol=1e-5)
        assert_same_trees(
            {"y": predict(CNN, result.params, inputs, prepare=as_float, engine=engine)},
            {"y": predict(CNN, result.params, images, engine=engine)},
        )


def test_only_the_rows_of_a_batch_are_read():
    class Column:
        """Long, and never seen as a whole."""

        def __len__(self):
            return 1000

        def __getitem__(self, rows):
            assert len(rows) <= 16
            return np.ones((len(rows), 3)) * rows[:, None]

    result = train(nn.Dense(1), (Column(), np.ones((1000, 1))), steps=2, optimiser=SGD(1e-9))
    assert len(result.history.step_loss) == 2
    assert predict(nn.Dense(1), result.params, Column(), batch_size=7, engine="numpy").shape == (
        1000,
        1,
    )


def test_the_step_is_compiled_for_two_shapes_at_most():
    optimiser = SGD(0.0123)  # of its own, so that nobody else has compiled this step
    for _ in range(2):
        train(optimiser=optimiser, epochs=3, engine="jax")
    step = compile_update(MLP, mse, optimiser, None, "jax", None, 1, False)
    assert step._cache_size() == 2


# What is recorded


def test_history_has_one_number_a_step_or_an_epoch():
    schedule = CosineDecay(0.1, 12, warmup=2)
    result = train(epochs=3, validation=(X[:21], Y[:21]), optimiser=SGD(schedule))
    history = result.history
    assert len(history.step_loss) == 12
    assert len(history.train_loss) == len(history.validation_loss) == len(history.seconds) == 3
    for epoch in range(3):
        losses = history.step_loss[4 * epoch : 4 * epoch + 4]
        np.testing.assert_allclose(
            history.train_loss[epoch], np.dot(losses, [16, 16, 16, 2]) / 50, rtol=1e-14
        )
    np.testing.assert_allclose(history.learning_rate, [schedule(s) for s in (3, 7, 11)], rtol=1e-14)
    last = np.mean((predict(MLP, result.params, X[:21], engine="numpy") - Y[:21]) ** 2)
    np.testing.assert_allclose(history.validation_loss[-1], last, rtol=1e-5)
    assert all(seconds > 0 for seconds in history.seconds)


def test_steps_may_end_in_the_middle_of_an_epoch():
    result = train(steps=6, validation=(X, Y))
    assert len(result.history.step_loss) == 6
    assert len(result.history.train_loss) == len(result.history.validation_loss) == 2
    losses = result.history.step_loss[4:]
    np.testing.assert_allclose(result.history.train_loss[1], np.mean(losses), rtol=1e-14)
    assert result.history.step_loss == train(epochs=2).history.step_loss[:6]


def test_validation_is_without_dropout():
    model = nn.Sequential((nn.Dense(1), nn.Dropout(0.9)))
    result = train(model, optimiser=SGD(0.0), epochs=1, validation=(X, Y))
    expected = np.mean((predict(model, result.params, X, engine="numpy") - Y) ** 2)
    np.testing.assert_allclose(result.history.validation_loss, expected, rtol=1e-6)
    assert abs(result.history.train_loss[0] / expected - 1) > 0.05


def test_callbacks_see_every_step_and_may_stop():
    events, others = [], []

    def stop_at_six(event):
        events.append((event.epoch, event.step, len(event.history.step_loss)))
        assert list(event.params) == ["0_dense", "2_dense"]
        return event.step == 6

    result = train(epochs=5, callbacks=[stop_at_six, lambda event: others.append(event.step)])
    assert events == [(0, 1, 1), (0, 2, 2), (0, 3, 3), (1, 4, 4), (1, 5, 5), (1, 6, 6)]
    assert others == [1, 2, 3, 4, 5, 6]
    assert_same_trees(result.params, train(steps=6).params)


def test_early_stopping_returns_the_best_epoch():
    noise = RNG.standard_normal((50, 1))
    options = {"data": (X, noise), "validation": (X[:9], -noise[:9]), "optimiser": Adam(0.02)}
    result = train(**options, epochs=100, patience=3)
    losses = result.history.validation_loss
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 3 < 100
    assert_same_trees(result.params, train(**options, epochs=best + 1).params)


def test_patience_returns_the_best_epoch_even_if_it_never_runs_out():
    result = train(epochs=6, validation=(X, Y), patience=100, optimiser=SGD(CosineDecay(0.6, 7)))
    losses = result.history.validation_loss
    value = np.mean((predict(MLP, result.params, X, engine="numpy") - Y) ** 2)
    np.testing.assert_allclose(value, min(losses), rtol=1e-5)


def test_the_progress_bar_shows_the_loss(capsys):
    train(epochs=1, progress=True)
    shown = capsys.readouterr()
    assert "fit: 100%" in shown.err
    assert "loss=" in shown.err
    assert shown.out == ""
    train(epochs=1)
    assert capsys.readouterr() == ("", "")


def test_prediction_does_not_depend_on_the_batch():
    params = double(CNN, (9, 9, 1))
    whole, _ = CNN.forward(params, IMAGES)
    for engine in ("numpy", "jax"):
        for batch_size in (3, 20, 256):
            y = predict(CNN, params, IMAGES, batch_size=batch_size, engine=engine)
            assert type(y) is np.ndarray
            np.testing.assert_allclose(y, whole, rtol=1e-12)


# Interruptions

SCRIPT = """
import json, sys, time
import numpy as np
from galflux_edu import nn
from galflux_edu.optim import Adam, CosineDecay
from galflux_edu.train import fit

path, engine, kill_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
options = json.loads(sys.argv[4])
rng = np.random.default_rng(0)
images = rng.standard_normal((41, 7, 7, 1))
targets = 3 * images.mean(axis=(1, 2)) + 0.5 * rng.standard_normal((41, 1))
data, held_out = (images[:30], targets[:30]), (images[30:], targets[30:])
model = nn.Sequential(
    (nn.Conv2d(4), nn.ReLU(), nn.Flatten(), nn.Dense(8), nn.ReLU(), nn.Dropout(0.3), nn.Dense(1))
)

def run(callbacks=(), **more):
    return fit(
        model, data, held_out, optimiser=Adam(CosineDecay(0.01, 60)), batch_size=8, seed=2,
        engine=engine, progress=False, callbacks=callbacks, **options, **more,
    )

def wait_for_the_end(event):
    if event.step == kill_at:
        print("ready", flush=True)
        time.sleep(100)

if kill_at:
    run([wait_for_the_end], checkpoint=path, checkpoint_every=5)
first_seen = []
resumed = run([lambda event: first_seen.append(event.step)], checkpoint=path, checkpoint_every=5)
whole = run()

def flat(result):
    arrays = [a for layer in result.params.values() for a in layer.values()]
    history = vars(result.history)
    return b"".join(a.tobytes() for a in arrays), [history[k] for k in history if k != "seconds"]

print(json.dumps({
    "same": flat(resumed) == flat(whole),
    "first": first_seen[0] if first_seen else None,
    "steps": len(whole.history.step_loss),
    "best": int(np.argmin(whole.history.validation_loss)),
    "epochs": len(whole.history.train_loss),
}))
"""


@pytest.mark.parametrize(
    ("engine", "options", "kill_at"),
    [("jax", '{"steps": 29}', 18), ("numpy", '{"epochs": 15, "patience": 4}', 43)],
    ids=["jax", "numpy, early stopping"],
)
def test_a_killed_run_goes_on_and_ends_bit_for_bit_the_same(tmp_path, engine, options, kill_at):
    def command(at):
        arguments = [str(tmp_path / "run.npz"), engine, str(at), options]
        return [sys.executable, "-c", SCRIPT, *arguments]

    with subprocess.Popen(command(kill_at), stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout.readline().strip() == "ready"
        victim.kill()  # SIGKILL: nothing can be tidied up
    _, metadata = load_checkpoint(tmp_path / "run.npz")
    assert metadata["step"] == kill_at // 5 * 5
    done = subprocess.run(command(0), capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert result["same"]
    assert result["first"] == kill_at // 5 * 5 + 1
    if "patience" in options:
        # The best epoch was over before the kill, and the end came after it.
        assert 4 * (result["best"] + 1) <= kill_at // 5 * 5 < kill_at < result["steps"] < 60


def test_a_finished_run_is_not_run_again(tmp_path):
    path = tmp_path / "run.npz"
    first = train(epochs=2, checkpoint=path)
    again = train(epochs=2, checkpoint=path, callbacks=[lambda event: pytest.fail("a step")])
    assert_same_fits(first, again)
    assert again.history.seconds == first.history.seconds


def test_a_stopped_run_goes_on(tmp_path):
    path = tmp_path / "run.npz"
    train(epochs=3, checkpoint=path, callbacks=[lambda event: event.step == 6])
    assert_same_fits(train(epochs=3, checkpoint=path), train(epochs=3))


def test_a_run_can_start_afresh(tmp_path):
    path = tmp_path / "run.npz"
    train(epochs=1, checkpoint=path)
    train(epochs=2, checkpoint=path, resume=False)
    assert load_checkpoint(path)[1]["step"] == 8


def test_the_checkpoint_is_written_after_every_epoch(tmp_path):
    path, seen = tmp_path / "run.npz", []

    def look(event):
        seen.append(load_checkpoint(path)[1]["step"] if path.exists() else None)

    train(epochs=2, checkpoint=path, callbacks=[look])
    assert seen == [None, None, None, None, 4, 4, 4, 4]
    tree, metadata = load_checkpoint(path)
    assert sorted(tree) == ["history", "optimiser", "params"]
    assert (metadata["step"], metadata["epoch"]) == (8, 2)


OTHER_RUNS = [
    (
        {"model": nn.Sequential((nn.Dense(9), nn.Tanh(), nn.Dense(1)))},
        "needed the weights of the same architecture, 0_dense/weight of shape (3, 9); got (3, 8)",
    ),
    (
        {"model": nn.Sequential((nn.Dense(8), nn.ReLU(), nn.Dense(1)))},
        "needed the checkpoint of this run, with model Sequential(layers=(Dense(features=8, "
        "weight_variance=2.0), ReLU(), Dense(features=1, weight_variance=2.0))); got model "
        "Sequential(layers=(Dense(features=8, weight_variance=2.0), Tanh(), Dense(features=1, "
        "weight_variance=2.0)))",
    ),
    ({"seed": 1}, "needed the checkpoint of this run, with seed 1; got seed 0"),
    ({"batch_size": 8}, "needed the checkpoint of this run, with batch_size 8; got batch_size 16"),
    (
        {"optimiser": SGD(0.2)},
        "needed the checkpoint of this run, with optimiser SGD(learning_rate=0.2); "
        "got optimiser SGD(learning_rate=0.1)",
    ),
    (
        {"data": (X[:40], Y[:40])},
        "needed the checkpoint of this run, with training_examples 40; got training_examples 50",
    ),
    ({"epochs": 2}, "needed the checkpoint of this run, with epochs 2; got epochs 1"),
    (
        {"engine": "jax"},
        "needed the checkpoint of this run, with engine jax; got engine numpy",
    ),
    (
        {"loss": lambda prediction, target: mse(prediction, target)},
        "needed the checkpoint of this run, with loss <function <lambda>>; got loss <function mse>",
    ),
]


@pytest.mark.parametrize(("changes", "message"), OTHER_RUNS)
def test_the_checkpoint_of_another_run_is_refused(tmp_path, changes, message):
    path = tmp_path / "run.npz"
    options = {"optimiser": SGD(0.1), "epochs": 1, "checkpoint": path}
    train(**options)
    before = path.read_bytes()
    with pytest.raises(InputError, match=f"^{re.escape(f'{path}: {message}')}$"):
        train(**options | changes)
    assert path.read_bytes() == before


def test_a_checkpoint_of_something_else_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    save_checkpoint(path, {"params": {}}, {})
    message = f"{path}: needed the checkpoint of a training run; got another one"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        train(epochs=1, checkpoint=path)


# Mistakes


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "fit: needed either epochs or steps; got None and None"),
        ({"epochs": 1, "steps": 2}, "fit: needed either epochs or steps; got 1 and 2"),
        ({"epochs": 0}, "fit: needed epochs of at least 1; got 0"),
        ({"steps": -1}, "fit: needed steps of at least 1; got -1"),
        ({"epochs": 1, "batch_size": 0}, "fit: needed batch_size of at least 1; got 0"),
        ({"epochs": 1, "patience": 2}, "fit: needed validation data for patience; got none"),
        (
            {"epochs": 1, "data": (X, Y[:49])},
            "fit, train: needed arrays of one length, at least 1; got 49 and 50",
        ),
        (
            {"epochs": 1, "data": (X[:0], Y[:0])},
            "fit, train: needed arrays of one length, at least 1; got 0",
        ),
        (
            {"epochs": 1, "validation": ({"a": X, "b": X[:3]}, Y)},
            "fit, validation: needed arrays of one length, at least 1; got 3 and 50",
        ),
        (
            {"epochs": 1, "data": (X, Y[:, 0])},
            "mse: needed a target of the prediction's shape (16, 1); got (16,)",
        ),
        (
            {"epochs": 5, "optimiser": SGD(1e30)},
            "fit, step 2: needed a finite loss; got inf "
            "(a lower learning rate or smaller inputs may help)",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the overflow that is asked for
def test_mistakes_get_one_sentence(options, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        train(**options)


def test_predicting_nothing_is_refused():
    message = "predict: needed arrays of one length, at least 1; got 0"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        predict(MLP, double(MLP, (3,)), X[:0])


def test_history_of_nothing_is_empty():
    assert History().epochs_since_best() == 0


def test_real_images_where_they_are_at_hand(real_catalogue):
    """The sources' own numbers go through: the catalogue's flux from its other columns."""
    table = np.genfromtxt(real_catalogue, delimiter=",", names=True, usecols=range(14))
    flux = np.log10(table["total_flux"])[:, None]
    mean = flux.mean()
    columns = [name for name in table.dtype.names if "flux" not in name]
    x = np.stack([table[name] for name in columns], axis=1)
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-9)
    result = train(MLP, (x[:8000], flux[:8000] - mean), epochs=10, batch_size=64)
    error = predict(MLP, result.params, x[8000:], engine="numpy") + mean - flux[8000:]
    # Nothing but the flux itself knows the flux: the error is its variance, 0.1786.
    assert 0.16 < to_numpy(np.mean(error**2)) < 0.3
