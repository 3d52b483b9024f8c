"""A training run between two steps: all that is needed to go on, in memory or in a file."""

import math
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..datasets.checkpoint import load_checkpoint, require_same_shapes, save_checkpoint
from ..engine import Tree, to_engine
from ..errors import InputError


@dataclass
class History:
    """What happened, one number a step (`step_loss`) or an epoch (all others).

    Parameters
    ----------
    step_loss
        Loss of each batch before the step it led to, with dropout on.
    train_loss
        Mean of these over the examples of the epoch.
    validation_loss
        Mean over the validation set after the epoch, without dropout; empty without such a set.
    learning_rate
        Learning rate of the epoch's last step.
    seconds
        Duration of the epoch, validation included.
    """

    step_loss: list[float] = field(default_factory=list)
    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def end_epoch(
        self,
        examples: int,
        batch_size: int,
        learning_rate: float,
        validation_loss: float | None,
        seconds: float,
    ) -> None:
        """Write an epoch down; its `step_loss` are there already."""
        first = len(self.train_loss) * math.ceil(examples / batch_size)
        done = self.step_loss[first:]
        sizes = np.minimum(batch_size, examples - batch_size * np.arange(len(done)))
        self.train_loss.append(float(np.average(done, weights=sizes)))
        self.learning_rate.append(learning_rate)
        self.seconds.append(seconds)
        if validation_loss is not None:
            self.validation_loss.append(validation_loss)

    def epochs_since_best(self) -> int:
        """Return the number of epochs after the first with the lowest validation loss."""
        losses = self.validation_loss
        return len(losses) - 1 - int(np.argmin(losses)) if losses else 0


def describe(**settings: Any) -> dict[str, str]:
    """Return each setting in words that are the same in every process."""
    return {name: re.sub(r" at 0x[0-9a-f]+", "", str(value)) for name, value in settings.items()}


@dataclass
class Run:
    """The state of a run.

    Parameters
    ----------
    params, optimiser_state
        Trees of arrays of the engine. The next step may write over them.
    best
        Parameters of the best epoch so far, a copy in NumPy; empty where nobody asked for them.
    history
        The record so far.
    step
        Number of steps done.
    seconds
        Time spent on the epoch under way.
    """

    params: Tree
    optimiser_state: Tree
    best: Tree = field(default_factory=dict)
    history: History = field(default_factory=History)
    step: int = 0
    seconds: float = 0.0

    def save(self, path: Path | str, settings: dict[str, str]) -> None:
        """Write the run to `path`, with the settings it was started with."""
        history = {name: np.asarray(values) for name, values in asdict(self.history).items()}
        tree = {
            "params": self.params,
            "optimiser": self.optimiser_state,
            "best": self.best,
            "history": history,
        }
        facts = {"step": self.step, "epoch": len(self.history.train_loss), "seconds": self.seconds}
        save_checkpoint(path, tree, {"settings": settings, **facts})

    def load(self, path: Path | str, settings: dict[str, str], engine: str) -> "Run":
        """Return the run in `path`, which must have been started as this one.

        Raises
        ------
        InputError
            If it was started with other settings or another network.
        """
        tree, metadata = load_checkpoint(path)
        theirs = metadata.get("settings")
        if theirs is None:
            raise InputError(f"{path}: needed the checkpoint of a training run; got another one")
        require_same_shapes(self.params, tree["params"], str(path))
        for name, value in settings.items():
            if theirs.get(name) != value:
                raise InputError(
                    f"{path}: needed the checkpoint of this run, with {name} {value}; "
                    f"got {name} {theirs.get(name)}"
                )
        return Run(
            params=to_engine(tree["params"], engine),
            optimiser_state=to_engine(tree["optimiser"], engine),
            best=tree.get("best", {}),
            history=History(**{name: values.tolist() for name, values in tree["history"].items()}),
            step=metadata["step"],
            seconds=metadata["seconds"],
        )
