"""Recorded runs: what a training process reported once, replayed as fast as it was."""

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..datasets.checkpoint import load_checkpoint
from .process import View

FOLDER = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Recording:
    """A recorded run, which has a `view` as a `TrainingProcess` has.

    Parameters
    ----------
    tree
        ``losses`` (steps,), ``seconds``, ``steps``, ``validation`` (snapshots,), the snapshots
        themselves under ``snapshots``, and ``true``.
    baselines
        Validation losses of other methods.
    steps_per_epoch
        So many are one pass through the data.
    began
        When the replay began, on the monotonic clock.
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
        now = max(0, int(np.searchsorted(seconds, spent, side="right")) - 1)
        snapshot = {name: values[now] for name, values in self.tree["snapshots"].items()}
        validation = self.tree["validation"]
        scores = list(zip(steps.tolist(), validation.tolist(), strict=True))
        return View(
            status="running" if now < len(steps) - 1 else "paused",
            step=int(steps[now]),
            steps_per_epoch=self.steps_per_epoch,
            steps_per_second=float(steps[-1] / seconds[-1]),
            losses=self.tree["losses"][: int(steps[now])].tolist(),
            validation=scores[: now + 1],
            snapshot={**snapshot, "score": float(validation[now])},
            metadata={"true": self.tree["true"], "baselines": self.baselines},
        )


@lru_cache
def _load(name: str) -> tuple[dict, dict]:
    return load_checkpoint(FOLDER / f"{name}.npz")


def replay(demo: str, run: str, began: float) -> Recording:
    """Return a recorded run of a demo as if it had begun at `began` on the monotonic clock.

    Raises
    ------
    InputError
        If there is none; ``galflux live --record`` makes it.
    """
    tree, metadata = _load(f"{demo}-{run}")
    return Recording(tree, metadata["baselines"], metadata["steps_per_epoch"], began)


def collapsed_runs(demo: str, run: str) -> dict[str, int]:
    """Return how many networks collapsed with the settings of a run, of how many, in what time."""
    return _load(f"{demo}-{run}")[1]["collapsed"]
