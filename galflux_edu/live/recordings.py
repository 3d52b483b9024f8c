"""Stored runs: what a training process reported once, played back as fast as it was."""

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..datasets.checkpoint import load_checkpoint
from .trainer import View

FOLDER = Path(__file__).parent / "stored"


@dataclass(frozen=True)
class Recording:
    """A run of the past, which has a `view` as a `Trainer` has.

    Parameters
    ----------
    tree
        ``losses`` (steps,), ``seconds``, ``steps``, ``validation`` (looks,), everything that was
        seen, one a look, under ``seen``, and ``true``.
    baselines
        Validation losses of other methods.
    steps_per_epoch
        So many are one pass through the data.
    began
        When playing began, on the monotonic clock.
    """

    tree: dict
    baselines: dict[str, float]
    steps_per_epoch: int
    began: float

    @property
    def view(self) -> View:
        """What the page would have seen so long after the beginning."""
        seconds, steps = self.tree["seconds"], self.tree["steps"]
        spent = time.monotonic() - self.began
        look = max(0, int(np.searchsorted(seconds, spent, side="right")) - 1)
        seen = {name: values[look] for name, values in self.tree["seen"].items()}
        validation = self.tree["validation"]
        looks = list(zip(steps.tolist(), validation.tolist(), strict=True))
        return View(
            status="running" if look < len(steps) - 1 else "paused",
            step=int(steps[look]),
            steps_per_epoch=self.steps_per_epoch,
            steps_per_second=float(steps[-1] / seconds[-1]),
            losses=self.tree["losses"][: int(steps[look])].tolist(),
            validation=looks[: look + 1],
            seen={**seen, "score": float(validation[look])},
            facts={"true": self.tree["true"], "baselines": self.baselines},
        )


@lru_cache
def _load(name: str) -> tuple[dict, dict]:
    return load_checkpoint(FOLDER / f"{name}.npz")


def replay(demo: str, run: str, began: float) -> Recording:
    """Return a stored run of a demo as if it had begun at `began` on the monotonic clock.

    Raises
    ------
    InputError
        If there is none; ``galflux live --remake-stored`` makes it.
    """
    tree, facts = _load(f"{demo}-{run}")
    return Recording(tree, facts["baselines"], facts["steps_per_epoch"], began)


def deaths(demo: str, run: str) -> dict[str, int]:
    """Return how many networks died of the settings of a stored run, of how many, in what time."""
    return _load(f"{demo}-{run}")[1]["died"]
