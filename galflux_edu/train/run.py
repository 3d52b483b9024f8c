"""The record of a training run, and the checkpoint from which an interrupted run goes on."""

import math
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..datasets.checkpoint import load_checkpoint, require_same_shapes, save_checkpoint
from ..engine import Tree
from ..errors import InputError
from .trainer import Trainer, TrainState


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
        """Add an epoch, whose `step_loss` are there already."""
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


def run_settings(**settings: Any) -> dict[str, str]:
    """Return each setting as text that is the same in every process."""
    return {name: re.sub(r" at 0x[0-9a-f]+", "", str(value)) for name, value in settings.items()}


@dataclass
class RunRecord:
    """What a run keeps beside its `TrainState`.

    Parameters
    ----------
    history
        The record so far.
    best
        Parameters of the best epoch so far, a copy in NumPy; empty without early stopping.
    seconds
        Time spent on the current epoch.
    """

    history: History = field(default_factory=History)
    best: Tree = field(default_factory=dict)
    seconds: float = 0.0


def save_run(
    path: Path | str, state: TrainState, record: RunRecord, settings: dict[str, str]
) -> None:
    """Write a run to `path`, with the settings it was started with."""
    tree = {
        "params": state.params,
        "optimiser": state.optimiser_state,
        "best": record.best,
        "history": {name: np.asarray(values) for name, values in asdict(record.history).items()},
    }
    metadata = {
        "settings": settings,
        "step": state.step,
        "epoch": len(record.history.train_loss),
        "seconds": record.seconds,
    }
    save_checkpoint(path, tree, metadata)


def load_run(
    path: Path | str, trainer: Trainer, start: TrainState, settings: dict[str, str]
) -> tuple[TrainState, RunRecord]:
    """Return the run in `path`, which must have been started as this one, at `start`.

    Raises
    ------
    InputError
        If it was started with other settings or another network.
    """
    tree, metadata = load_checkpoint(path)
    theirs = metadata.get("settings")
    if theirs is None:
        raise InputError(f"{path}: needed the checkpoint of a training run; got another one")
    require_same_shapes(start.params, tree["params"], str(path))
    for name, value in settings.items():
        if theirs.get(name) != value:
            raise InputError(
                f"{path}: needed the checkpoint of this run, with {name} {value}; "
                f"got {name} {theirs.get(name)}"
            )
    history = History(**{name: values.tolist() for name, values in tree["history"].items()})
    state = trainer.restore(start, tree["params"], tree["optimiser"], metadata["step"])
    return state, RunRecord(history, tree.get("best", {}), metadata["seconds"])
