"""The training process: what `fit` does, by command, and no process is left behind."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from galflux_edu.engine import to_engine
from galflux_edu.errors import InputError
from galflux_edu.live.interactive import InteractiveTrainer, Task
from galflux_edu.live.process import TrainingProcess
from galflux_edu.live.sessions import Sessions
from galflux_edu.live.tasks import ONE_AT_A_TIME, first_convolution
from galflux_edu.losses import mse
from galflux_edu.models import flux_cnn
from galflux_edu.nn import Dense, Dropout, ReLU, Sequential
from galflux_edu.optim import SGD, Adam, Momentum
from galflux_edu.train import Hyperparameters, fit

X = np.random.default_rng(0).normal(size=(64, 5)).astype(np.float32)
Y = (X @ np.arange(1.0, 6.0)[:, None] + 3).astype(np.float32)


def build(dropout: float) -> Sequential:
    return Sequential((Dense(8), ReLU(), Dropout(dropout), Dense(1)))


def same(x):
    return x


def task(steps_at_once: int = 1) -> Task:
    return Task(
        build=build,
        loss=mse,
        train=(X, Y),
        validation=(X[:10], Y[:10]),
        scalings={"same": same, "tenth": lambda x: x / 10},
        batch_size=16,
        score=lambda predicted, true: float(np.mean((predicted - true) ** 2)),
        insight=lambda network, params, first, example: {},
        baselines={},
        steps_at_once=steps_at_once,
    )


SAME = Hyperparameters(learning_rate=0.01, dropout=0.3, input_scaling="same", centre_target=False)


@pytest.mark.parametrize(
    ("name", "optimiser"), [("Adam", Adam), ("Momentum", Momentum), ("SGD", SGD)]
)
@pytest.mark.parametrize("steps_at_once", [1, 5])
def test_it_does_what_fit_does(name, optimiser, steps_at_once):
    settings = replace(SAME, optimiser=name, seed=3)
    run = InteractiveTrainer(task(steps_at_once), settings)
    losses = []
    while run.step_number < 10:
        losses += run.advance(10 - run.step_number)
    expected = fit(
        build(0.3), (X, Y), optimiser=optimiser(0.01), steps=10, batch_size=16, seed=3,
        progress=False,
    )  # fmt: skip
    np.testing.assert_allclose(losses, expected.history.step_loss, rtol=1e-5)
    for name, own in expected.params.items():
        np.testing.assert_allclose(
            run.state.params[name]["weight"], own["weight"], rtol=1e-4, atol=1e-6
        )


def test_a_snapshot_of_the_first_layer_compiles_nothing(caplog):
    # Compiled anew for each snapshot, it took 0.4 seconds and 2 MB of memory for good.
    network = flux_cnn(0.2)
    params = to_engine(network.init(np.random.default_rng(0), (16, 16, 1))[0], "jax")
    example = to_engine(np.ones((1, 16, 16, 1), np.float32), "jax")
    with jax.log_compiles(), caplog.at_level("WARNING"):
        seen = first_convolution(network, params, params, example)
    assert not caplog.records
    assert {name: each.shape for name, each in seen.items()} == {
        "filters": (12, 3, 3),
        "maps": (12, 8, 8),
    }


def test_a_warm_up_changes_nothing():
    run, other = InteractiveTrainer(task(), SAME), InteractiveTrainer(task(), SAME)
    run.warm_up()
    assert run.step_number == 0
    assert run.advance() == other.advance()


def test_a_new_learning_rate_keeps_the_state_of_adam():
    """With rate zero nothing moves; the same steps then go on as if they had never been slow."""
    run = InteractiveTrainer(task(), SAME)
    run.advance()
    before = run.snapshot()["predicted"]
    run.change(replace(SAME, learning_rate=1e-30))
    run.advance()
    np.testing.assert_allclose(run.snapshot()["predicted"], before, rtol=1e-6)
    assert int(run.state.optimiser_state["step"]) == 2


def test_scaling_and_centring_change_what_the_network_computes():
    run = InteractiveTrainer(task(), SAME)
    plain = run.snapshot()["predicted"]
    run.change(replace(SAME, centre_target=True))
    np.testing.assert_allclose(run.snapshot()["predicted"], plain + Y.mean(), rtol=1e-5)
    run.change(replace(SAME, input_scaling="tenth"))
    assert np.abs(run.snapshot()["predicted"]).max() < np.abs(plain).max()


def test_a_loss_that_diverges_is_reported():
    run = InteractiveTrainer(task(), replace(SAME, learning_rate=1e30, optimiser="SGD"))

    def train():
        for _ in range(9):
            run.advance()

    with pytest.raises(InputError, match=r"^fit, step \d: needed a finite loss; got (inf|nan) \("):
        train()
    assert np.isnan(run.snapshot()["score"])  # it can still be shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimiser": "Newton"}, "optimiser: needed one of Adam, Momentum, SGD; got 'Newton'"),
        ({"learning_rate": 0.0}, "learning rate: needed a number above 0; got 0.0"),
        ({"dropout": 1.0}, r"dropout: needed a rate in \[0, 1\); got 1.0"),
    ],
)
def test_settings_are_checked(change, message):
    with pytest.raises(InputError, match=f"^{message}$"):
        Hyperparameters(**change)


def test_the_scaling_must_be_one_of_the_task():
    message = r"^input scaling: needed one of same, tenth; got 'asinh'$"
    with pytest.raises(InputError, match=message):
        InteractiveTrainer(task(), Hyperparameters())


def wait_for(condition, seconds=120.0):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it took too long"
        time.sleep(0.05)


def test_a_trainer_follows_commands_and_leaves_nothing_behind():
    trainer = TrainingProcess("shapes", ONE_AT_A_TIME)
    view = trainer.view
    wait_for(lambda: view.status == "paused")
    assert view.step == 0
    trainer.steps(1)
    wait_for(lambda: view.step == 1 and view.status == "paused")
    trainer.play()
    wait_for(lambda: view.step > 1000)
    trainer.pause()
    wait_for(lambda: view.status == "paused")
    held = view.step
    time.sleep(0.5)
    assert view.step == held == len(view.losses)
    trainer.change(replace(ONE_AT_A_TIME, learning_rate=1e-2))
    trainer.restart()
    wait_for(lambda: view.run == 1 and view.status == "paused")
    assert (view.step, view.losses, len(view.validation)) == (0, [], 1)
    trainer.close()
    assert not trainer.alive


def test_it_ends_with_the_process_that_started_it(tmp_path):
    program = (
        "import sys, time; from galflux_edu.live.process import TrainingProcess; "
        "trainer = TrainingProcess('shapes'); print(trainer._process.pid, flush=True); "
        "time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    wait_for(lambda: not _runs(child), 20)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


class Silent(TrainingProcess):
    """A trainer without a process."""

    alive = True

    def __init__(self, *_):
        self.closed = False

    def close(self):
        self.closed = True


def test_a_session_that_is_gone_loses_its_trainers(monkeypatch):
    monkeypatch.setattr("galflux_edu.live.sessions.TrainingProcess", Silent)
    there = {"ada", "bo"}
    sessions = Sessions(there.__contains__, patience=0.3)
    first = sessions.process("ada", "watch", "flux", Hyperparameters())
    other = sessions.process("bo", "watch", "flux", Hyperparameters())
    assert first is sessions.process("ada", "watch", "flux", Hyperparameters())
    assert first is not other
    there.remove("ada")
    wait_for(lambda: first.closed, 5)
    assert not other.closed


def test_there_is_an_end_to_trainers(monkeypatch):
    monkeypatch.setattr("galflux_edu.live.sessions.TrainingProcess", Silent)
    sessions = Sessions(lambda session: True)
    for number in range(12):
        sessions.process("ada", str(number), "flux", Hyperparameters())
    with pytest.raises(
        InputError,
        match=r"^live: needed fewer than 12 networks in training on this computer; got 12 already "
        r"\(close a page that is not needed\)$",
    ):
        sessions.process("bo", "watch", "flux", Hyperparameters())
