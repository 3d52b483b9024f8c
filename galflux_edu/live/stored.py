"""Make what is stored with the package: ``galflux live --remake-stored``, a few minutes.

``stored/network.npz`` is the network of *Build a galaxy*; the other files are runs to fall back on
when the clock is against the lecturer.
"""

import time

import numpy as np

from ..datasets.checkpoint import save_checkpoint
from ..datasets.split import stratified_split
from ..engine import Tree
from ..flux import Recipe, train_flux
from ..runs.simulate import simulate_in_memory
from . import studio
from .demos import one_image_at_a_time, watch_it_learn
from .liverun import LiveRun, Settings
from .recordings import FOLDER
from .tasks import make_task

GALAXIES, SEED = 24_000, 5
RECIPE = Recipe(
    model="course-best", input_scaling="raw", dropout=0.0, epochs=30, batch_size=64, seed=SEED
)
LOOKS = 16  # of a stored run
SECONDS = 60.0


def remake() -> None:
    """Make all stored files anew."""
    remake_network()
    record("watch", "first", "flux", watch_it_learn.LEARNS)
    record("watch", "second", "flux", watch_it_learn.DIES)
    record("shapes", "first", "shapes", one_image_at_a_time.BEGIN)


def remake_network() -> None:
    """Train the network of *Build a galaxy* on galaxies from all that the sliders reach."""
    data = simulate_in_memory(studio.survey(), GALAXIES, SEED)
    target = data.catalogue["log_total_flux"].to_numpy(np.float64)
    train, validation, test = stratified_split(target, seed=SEED)
    facts = {"dataset": dict(data.facts), "command": "galflux live --remake-stored"}
    model, _ = train_flux(data, np.concatenate([train, test]), validation, RECIPE, facts=facts)
    model.save(studio.NETWORK)


def record(demo: str, name: str, task: str, settings: Settings) -> None:
    """Train for a minute and store what a page would have seen, closer at the beginning."""
    run = LiveRun(make_task(task), settings)
    run.rehearse()
    losses, looks, spent = [], [], []
    began, looking = time.perf_counter(), 0.0
    for when in SECONDS * np.linspace(0, 1, LOOKS) ** 2:
        while time.perf_counter() - began - looking < when:
            losses += run.advance(float("inf"))
        start = time.perf_counter()
        spent.append(start - began - looking)
        looks.append({"step": run.step_number, **run.look()})
        looking += time.perf_counter() - start
    _save(demo, name, run, losses, looks, spent)


def _save(
    demo: str, name: str, run: LiveRun, losses: list[float], looks: list[dict], spent: list[float]
) -> None:
    names = set(looks[0]) - {"step", "score"}
    seen = {name: np.stack([_small(look[name]) for look in looks]) for name in names}
    tree: Tree = {
        # Where there are hundreds of thousands of steps, only the score is shown.
        "losses": np.asarray(losses if run.task.steps_at_once == 1 else [], np.float32),
        "seconds": np.asarray(spent),
        "steps": np.asarray([look["step"] for look in looks]),
        "validation": np.asarray([look["score"] for look in looks]),
        "seen": seen,
        "true": run.task.validation[1],
    }
    facts = {"baselines": dict(run.task.baselines), "steps_per_epoch": run.steps_per_epoch}
    save_checkpoint(FOLDER / f"{demo}-{name}.npz", tree, facts)


def _small(values: np.ndarray) -> np.ndarray:
    """Return numbers in 16 bits; pictures, of which only the contrast is shown, in 8."""
    if values.ndim < 3:
        return values.astype(np.float16)
    reach = float(np.max(np.abs(values))) or 1.0
    return np.rint(values * (127 / reach)).astype(np.int8)
