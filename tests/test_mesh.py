"""Several devices, and several processes, compute what one does."""

import json
import re
import socket
import subprocess
import sys

import numpy as np
import pytest

from galflux_edu import nn
from galflux_edu.engine import data_parallel, replicate, to_engine
from galflux_edu.errors import InputError
from galflux_edu.train import fit

# A layer that cuts its batch into slices, and one that drops. 13 images in batches of 8: the last
# holds 5, which neither two nor four devices can share.
SETUP = """
import json, sys
import jax
import numpy as np
from galflux_edu import nn, train
from galflux_edu.engine import data_parallel, flatten, fold_in, random_key, replicate
from galflux_edu.engine import to_engine, uniform
from galflux_edu.optim import Adam
from galflux_edu.train import batches, fit

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(0)
images, targets = rng.standard_normal((13, 9, 9, 1)), rng.standard_normal((13, 1))
model = nn.Sequential((nn.ConvReLUPool2d(3), nn.Flatten(), nn.Dense(1)))
dropping = nn.Sequential((nn.Flatten(), nn.Dense(8), nn.Dropout(0.5), nn.Dense(1)))

def run(devices, model=model, **options):
    params, _ = model.init(np.random.default_rng(1), (9, 9, 1))
    params = to_engine(params, "numpy", "float64")
    held_out = images[:8], targets[:8]
    return fit(
        model, (images, targets), held_out, params=params, optimiser=Adam(1e-2), epochs=3,
        batch_size=8, devices=devices, progress=False, **options,
    )

def numbers(result):
    losses = [result.history.step_loss, result.history.validation_loss]
    return [a.ravel().tolist() for _, a in sorted(flatten(result.params).items())] + losses
"""


def start(program, *arguments, devices):
    """Start Python with `devices` made out of one processor."""
    flag = f"--xla_force_host_platform_device_count={devices}"
    code = f"import os; os.environ['XLA_FLAGS'] = {flag!r}\n{SETUP}\n{program}"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def numpy_numbers():
    """Train on the engine that knows no devices."""
    space = {}
    exec(SETUP, space)  # noqa: S102  the same setup
    return space["numbers"](space["run"](1, engine="numpy"))


def assert_close(ours, expected):
    for a, b in zip(ours, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What a machine with four devices has to say."""
    program = """
measured = {"found": len(jax.devices()), "fits": {}, "sizes": {}}
for devices, room in ((2, 0), (4, 0), (4, 10**12)):
    batches.device_data_budget = lambda engine: room
    measured["fits"][f"{devices} {room}"] = numbers(run(devices))
    step = train.compile_update(
        model, train.loop.mse, Adam(1e-2), None, "jax", None, devices, False
    )
    measured["sizes"][f"{devices} {room}"] = step._cache_size()

batches.device_data_budget = lambda engine: 0
path = sys.argv[1]
run(4, dropping, checkpoint=path, callbacks=[lambda event: event.step == 3])
resumed = run(4, dropping, checkpoint=path)
measured["resumed"] = numbers(resumed) == numbers(run(4, dropping))

key, x, w = random_key(3, "jax"), jax.numpy.arange(24.0).reshape(8, 3), jax.numpy.ones(3)
draw = jax.jit(data_parallel(lambda params, batch, key: uniform(key, batch), 4, join=True))
measured["drawn"] = draw(w, x, key).tolist()
measured["keys"] = [uniform(fold_in(key, i), x[:2]).tolist() for i in range(4)]
mean = jax.jit(data_parallel(lambda params, batch, key: (batch @ params).mean(), 4))
measured["means"] = [float(mean(replicate(w, 4), rows, None)) for rows in (x, x[:7])]
print(json.dumps(measured))
"""
    path = tmp_path_factory.mktemp("mesh") / "run.npz"
    return answer(start(program, path, devices=4))


def test_every_number_of_devices_walks_the_same_way(measured):
    assert measured["found"] == 4
    expected = numpy_numbers()
    assert len(measured["fits"]) == 3
    for numbers in measured["fits"].values():
        assert_close(numbers, expected)


def test_several_devices_compile_the_step_no_more_often_than_one(measured):
    # A whole batch and the rest; the same again where the rows are picked on the device.
    assert measured["sizes"] == {"2 0": 2, "4 0": 2, "4 1000000000000": 4}


def test_each_device_drops_something_else(measured):
    drawn = np.asarray(measured["drawn"]).reshape(4, 2, 3)
    np.testing.assert_array_equal(drawn, measured["keys"])
    assert len(np.unique(drawn)) == 24


def test_shares_are_averaged_and_a_batch_that_cannot_be_shared_is_taken_whole(measured):
    rows = np.arange(24.0).reshape(8, 3)
    np.testing.assert_allclose(measured["means"], [rows.sum() / 8, rows[:7].sum() / 7], rtol=1e-14)


def test_a_run_on_four_devices_goes_on_bit_for_bit(measured):
    assert measured["resumed"]


@pytest.mark.long
def test_two_processes_make_one_run(tmp_path):
    program = """
process, port, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
jax.distributed.initialize(f"127.0.0.1:{port}", num_processes=2, process_id=process)
assert len(jax.devices()) == 4 and len(jax.local_devices()) == 2
print(json.dumps(numbers(run(4, checkpoint=f"{folder}/{process}.npz", patience=5))))
"""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    both = [start(program, process, port, tmp_path, devices=2) for process in (0, 1)]
    first, second = (answer(process) for process in both)
    assert first == second
    best = int(np.argmin(first[-1]))
    assert best == 2  # so that the best parameters are the last
    assert_close(first, numpy_numbers())
    assert (tmp_path / "0.npz").exists()
    assert (tmp_path / "1.npz").exists()


# On this one device


def test_one_device_changes_nothing():
    def function(params, batch, key):
        return batch

    tree = {"a": np.ones(2)}
    assert data_parallel(function, 1) is function
    assert replicate(tree, 1) is tree


def test_devices_that_are_not_there_are_refused():
    message = r"^devices: needed as many as JAX sees, \d+; got 4096$"
    with pytest.raises(InputError, match=message):
        replicate(to_engine({"a": np.ones(2)}, "jax"), 4096)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"devices": 0}, "fit: needed devices of at least 1; got 0"),
        ({"devices": 3}, "fit: needed a batch size that 3 devices can share; got 32"),
        (
            {"devices": 2, "engine": "numpy"},
            "fit: needed the jax engine for several devices or bfloat16; got numpy",
        ),
    ],
)
def test_mistakes_get_one_sentence(options, message):
    x = np.ones((4, 1))
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        fit(nn.Dense(1), (x, x), epochs=1, progress=False, **options)
