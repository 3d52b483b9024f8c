"""Make what is stored with the package: ``galflux live --remake-stored``, a few minutes.

``stored/network.npz`` is the network of *Build a galaxy*; the other files are runs to fall back on
when the clock is against the lecturer.
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
from . import galaxy_lab as studio
from .liverun import InteractiveTrainer, Settings, Task
from .recordings import FOLDER
from .tasks import DIES, LEARNS, ONE_AT_A_TIME, is_dead, make_task

GALAXIES, SEED = 24_000, 5
RECIPE = Recipe(
    model="course-best", input_scaling="raw", dropout=0.0, epochs=30, batch_size=64, seed=SEED
)
LOOKS = 16  # of a stored run
SECONDS = 60.0
STARTS, STEPS_TO_LIVE = 16, 250  # how many die?


def remake() -> None:
    """Make all stored files anew."""
    remake_network()
    task = make_task("flux")
    for name, settings in (("first", LEARNS), ("second", DIES)):
        record("watch", name, task, settings, {"died": count_deaths(task, settings)})
    record("shapes", "first", make_task("shapes"), ONE_AT_A_TIME, {})


def remake_network() -> None:
    """Train the network of *Build a galaxy* on galaxies from all that the sliders reach."""
    data = simulate_in_memory(studio.survey(), GALAXIES, SEED)
    target = data.catalogue["log_total_flux"].to_numpy(np.float64)
    train, validation, test = stratified_split(target, seed=SEED)
    facts = {"dataset": dict(data.facts), "command": "galflux live --remake-stored"}
    model, _ = train_flux(data, np.concatenate([train, test]), validation, RECIPE, facts=facts)
    model.save(studio.NETWORK)


def count_deaths(task: Task, settings: Settings) -> dict[str, int]:
    """Return from how many starts a network trains itself to death."""
    died = 0
    for seed in tqdm(range(STARTS), desc="starts", unit="network"):
        run = InteractiveTrainer(task, replace(settings, seed=seed))
        while run.step_number < STEPS_TO_LIVE:
            run.advance()
        died += is_dead(run.look()["predicted"], task.validation[1])
    return {"networks": died, "of": STARTS, "steps": STEPS_TO_LIVE}


def record(demo: str, name: str, task: Task, settings: Settings, facts: dict) -> None:
    """Train for a minute and store what a page would have seen, closer at the beginning."""
    run = InteractiveTrainer(task, settings)
    run.rehearse()
    losses, looks, spent = [], [], []
    began, looking = time.perf_counter(), 0.0
    for when in tqdm(SECONDS * np.linspace(0, 1, LOOKS) ** 2, desc=f"{demo} {name}", unit="look"):
        while time.perf_counter() - began - looking < when:
            losses += run.advance(float("inf"))
        start = time.perf_counter()
        spent.append(start - began - looking)
        looks.append({"step": run.step_number, **run.look()})
        looking += time.perf_counter() - start
    facts |= {"baselines": dict(task.baselines), "steps_per_epoch": run.steps_per_epoch}
    save_checkpoint(FOLDER / f"{demo}-{name}.npz", _tree(task, losses, looks, spent), facts)


def _tree(task: Task, losses: list[float], looks: list[dict], spent: list[float]) -> Tree:
    names = set(looks[0]) - {"step", "score"}
    seen = {name: np.stack([_small(look[name]) for look in looks]) for name in names}
    return {
        # Where there are hundreds of thousands of steps, only the score is shown.
        "losses": np.asarray(losses if task.steps_at_once == 1 else [], np.float32),
        "seconds": np.asarray(spent),
        "steps": np.asarray([look["step"] for look in looks]),
        "validation": np.asarray([look["score"] for look in looks]),
        "seen": seen,
        "true": task.validation[1],
    }


def _small(values: np.ndarray) -> np.ndarray:
    """Return numbers in 16 bits; pictures, of which only the contrast is shown, in 8."""
    if values.ndim < 3:
        return values.astype(np.float16)
    reach = float(np.max(np.abs(values))) or 1.0
    return np.rint(values * (127 / reach)).astype(np.int8)
