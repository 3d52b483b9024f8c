"""Record what comes with the package: ``galflux live --record``, a few minutes.

``recordings/network.npz`` is the network of *Build a galaxy*; the other files are runs to replay
when the lecture is short of time.
"""

import time
from dataclasses import replace

import numpy as np
from tqdm import tqdm

from ..datasets.checkpoint import save_checkpoint
from ..datasets.simulate import simulate_in_memory
from ..datasets.split import stratified_split
from ..engine import Tree
from ..flux import Recipe, train_flux
from ..train import Hyperparameters
from . import galaxy_lab
from .interactive import InteractiveTrainer, Task
from .replay import FOLDER
from .tasks import COLLAPSING, CONVERGING, ONE_AT_A_TIME, is_collapsed, make_task

GALAXIES, SEED = 24_000, 5
RECIPE = Recipe(
    model="course-best", input_scaling="raw", dropout=0.0, epochs=30, batch_size=64, seed=SEED
)
SNAPSHOTS = 16  # of a recorded run
SECONDS = 60.0
STARTS, STEPS = 16, 250  # how many collapse?


def record_all() -> None:
    """Make all recordings anew."""
    train_network()
    task = make_task("flux")
    for name, settings in (("first", CONVERGING), ("second", COLLAPSING)):
        record("watch", name, task, settings, {"collapsed": count_collapsed(task, settings)})
    record("shapes", "first", make_task("shapes"), ONE_AT_A_TIME, {})


def train_network() -> None:
    """Train the network of *Build a galaxy* on galaxies from all that the sliders reach."""
    data = simulate_in_memory(galaxy_lab.survey(), GALAXIES, SEED)
    target = data.catalogue["log_total_flux"].to_numpy(np.float64)
    train, validation, test = stratified_split(target, seed=SEED)
    metadata = {"dataset": dict(data.metadata), "command": "galflux live --record"}
    model, _ = train_flux(
        data, np.concatenate([train, test]), validation, RECIPE, metadata=metadata
    )
    model.save(galaxy_lab.NETWORK)


def count_collapsed(task: Task, settings: Hyperparameters) -> dict[str, int]:
    """Return from how many starts a network collapses to one prediction for all."""
    collapsed = 0
    for seed in tqdm(range(STARTS), desc="starts", unit="network"):
        run = InteractiveTrainer(task, replace(settings, seed=seed))
        while run.step_number < STEPS:
            run.advance()
        collapsed += is_collapsed(run.snapshot()["predicted"], task.validation[1])
    return {"networks": collapsed, "of": STARTS, "steps": STEPS}


def record(demo: str, name: str, task: Task, settings: Hyperparameters, metadata: dict) -> None:
    """Train for a minute and record what a page would have shown, closer at the beginning."""
    run = InteractiveTrainer(task, settings)
    run.warm_up()
    losses, snapshots, spent = [], [], []
    began, elsewhere = time.perf_counter(), 0.0
    times = SECONDS * np.linspace(0, 1, SNAPSHOTS) ** 2
    for when in tqdm(times, desc=f"{demo} {name}", unit="snapshot"):
        while time.perf_counter() - began - elsewhere < when:
            losses += run.advance(float("inf"))
        start = time.perf_counter()
        spent.append(start - began - elsewhere)
        snapshots.append({"step": run.step_number, **run.snapshot()})
        elsewhere += time.perf_counter() - start
    metadata |= {"baselines": dict(task.baselines), "steps_per_epoch": run.steps_per_epoch}
    save_checkpoint(FOLDER / f"{demo}-{name}.npz", _tree(task, losses, snapshots, spent), metadata)


def _tree(task: Task, losses: list[float], snapshots: list[dict], spent: list[float]) -> Tree:
    names = set(snapshots[0]) - {"step", "score"}
    stacked = {name: np.stack([_compact(each[name]) for each in snapshots]) for name in names}
    return {
        # Where there are hundreds of thousands of steps, only the score is shown.
        "losses": np.asarray(losses if task.steps_at_once == 1 else [], np.float32),
        "seconds": np.asarray(spent),
        "steps": np.asarray([each["step"] for each in snapshots]),
        "validation": np.asarray([each["score"] for each in snapshots]),
        "snapshots": stacked,
        "true": task.validation[1],
    }


def _compact(values: np.ndarray) -> np.ndarray:
    """Return numbers in 16 bits; pictures, of which only the contrast is shown, in 8."""
    if values.ndim < 3:
        return values.astype(np.float16)
    largest = float(np.max(np.abs(values))) or 1.0
    return np.rint(values * (127 / largest)).astype(np.int8)
