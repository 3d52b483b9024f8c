"""A training run whose hyper-parameters may change between two steps."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from ..engine import Array, Tree, array_namespace, jit, to_engine, to_numpy, tree_leaves
from ..errors import require_choice
from ..nn.layer import Layer
from ..train import OPTIMISERS, Hyperparameters, Trainer, TrainState
from ..train.batches import count_examples, shuffled_batches, to_device, to_device_rows
from ..train.step import Loss, finite


@dataclass(frozen=True)
class Task:
    """What is learnt: examples, targets, a network and a loss.

    Parameters
    ----------
    build
        Makes the network from a dropout rate.
    loss
        Of `galflux_edu.losses`.
    train, validation
        ``(inputs, targets)`` as `train.fit` takes them.
    scalings
        Pure functions, by name, from a batch of inputs to what the network takes.
    batch_size
        Examples a step.
    score
        ``(predicted, true) -> number``: how good the predictions for the validation examples are.
    insight
        ``(network, params, first params, one prepared example) -> {"filters": (K, h, w), "maps":
        (K, h, w)}``: what the first layer has learnt, and its response to an example.
    baselines
        Scores of methods that need no network, by name.
    steps_at_once
        Above 1: so many steps are one compiled loop over inputs that are all in memory, which is
        faster where a step is short. Then the examples must divide into whole batches.
    """

    build: Callable[[float], Layer]
    loss: Loss
    train: tuple[Any, np.ndarray]
    validation: tuple[Any, np.ndarray]
    scalings: Mapping[str, Callable[[Tree], Array]]
    batch_size: int
    score: Callable[[np.ndarray, np.ndarray], float]
    insight: Callable[[Layer, Tree, Tree, Array], dict[str, np.ndarray]]
    baselines: Mapping[str, float]
    steps_at_once: int = 1


@dataclass(frozen=True)
class InjectedLearningRate:
    """An optimiser of the library whose learning rate is part of its state.

    A schedule reads it there, so a new rate is a new number in the compiled step and not a new
    step to compile: all of one `kind` are equal.
    """

    kind: Callable
    initial: float = field(default=0.0, compare=False)

    def init(self, params: Tree) -> Tree:
        """Return the state before the first step."""
        leaf = tree_leaves(params)[0]
        rate = array_namespace(leaf).asarray(self.initial, dtype=leaf.dtype)
        return self.kind(self.initial).init(params) | {"learning_rate": rate}

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step of the optimiser at that rate."""
        rate = state["learning_rate"]
        own = {name: leaf for name, leaf in state.items() if name != "learning_rate"}
        params, own = self.kind(lambda step: rate).step(params, grads, own)
        return params, own | {"learning_rate": rate}


@lru_cache(maxsize=16)
def _compiled(function: Callable, engine: str) -> Callable:
    return jit(function, engine)


class InteractiveTrainer:
    """A `train.Trainer` whose hyper-parameters may change between two steps.

    With ones that never change it computes what `train.fit` does with the same seed. Of the
    hyper-parameters, `dropout`, `input_scaling`, `centre_target`, `optimiser`, `learning_rate` and
    `seed` count; a new seed counts from the next restart on.

    Parameters
    ----------
    task
        What is learnt.
    settings
        How; `change` changes it.
    engine
        ``"jax"`` or ``"numpy"``.
    """

    def __init__(self, task: Task, settings: Hyperparameters, engine: str = "jax"):
        self.task, self.settings, self.engine = task, settings, engine
        self.examples = count_examples("live", *task.train)
        self._validation = to_device(task.validation[0], engine, "float32")
        self._prepare()
        self.restart()

    def restart(self) -> None:
        """Start again from new parameters; the settings stay."""
        seed = self.settings.seed
        shape = tuple(self._inputs(np.arange(1)).shape[1:])
        self.state = self._trainer.start(seed, shape)
        self._first = self.state.params
        self._order = shuffled_batches(0, self.examples, self.task.batch_size, seed)

    @property
    def step_number(self) -> int:
        """Number of steps done."""
        return self.state.step

    @property
    def steps_per_epoch(self) -> int:
        """Number of steps in which each training example is used once."""
        return -(-self.examples // self.task.batch_size)

    def change(self, settings: Hyperparameters) -> None:
        """Go on with other settings; a new optimiser starts from its first state."""
        same_optimiser = settings.optimiser == self.settings.optimiser
        self.settings = settings
        self._prepare()
        new = self._trainer.optimiser.init(self.state.params)
        if same_optimiser:
            new = self.state.optimiser_state | {"learning_rate": new["learning_rate"]}
        self.state = replace(self.state, optimiser_state=new)

    def advance(self, most: int | float = 1) -> list[float]:
        """Take one step, or as many as are one compiled loop and `most` allows.

        Returns
        -------
        The loss of each batch before its step.

        Raises
        ------
        InputError
            If a loss is no longer finite.
        """
        number = self.task.steps_at_once if most >= self.task.steps_at_once else 1
        self.state, losses = self._advance(np.stack(list(islice(self._order, number))))
        return finite(np.ravel(to_numpy(losses)).tolist(), self.step_number)

    def warm_up(self) -> None:
        """Compile what steps and a snapshot need; nothing changes."""
        for number in {1, self.task.steps_at_once}:
            self._advance(np.zeros((number, self.task.batch_size), int))
        self.snapshot()

    def snapshot(self) -> dict[str, Any]:
        """Return what can be shown of the network now, as NumPy arrays.

        ``predicted`` (M, ...) and ``score``, of the validation examples, and what the task's
        `insight` shows of the first of them.
        """
        params, inputs = self.state.params, self._scale(self._validation)
        predicted = to_numpy(self._trainer.predict(params, inputs)) + np.float32(self._offset)
        # A network that has diverged has no score, but it can still be shown.
        diverged = not np.all(np.isfinite(predicted))
        score = math.nan if diverged else self.task.score(predicted, self.task.validation[1])
        insight = self.task.insight(self._trainer.model, params, self._first, inputs[:1])
        return {"predicted": predicted, "score": float(score), **insight}

    def _prepare(self) -> None:
        """Make the trainer and the data of the current settings."""
        task, settings = self.task, self.settings
        require_choice("input scaling", settings.input_scaling, task.scalings)
        optimiser = InjectedLearningRate(OPTIMISERS[settings.optimiser], settings.learning_rate)
        network = task.build(settings.dropout)
        self._trainer = Trainer(network, task.loss, optimiser, engine=self.engine)
        # Scaled outside of the step: so a new scaling compiles nothing but itself.
        self._scale = _compiled(task.scalings[settings.input_scaling], self.engine)
        self._offset = float(np.mean(task.train[1])) if settings.centre_target else 0.0
        self._targets = task.train[1] - np.float32(self._offset)
        self._resident = None
        if task.steps_at_once > 1:
            self._resident = self._batch(np.arange(self.examples))

    def _advance(self, rows: np.ndarray) -> tuple[TrainState, Array]:
        """Return state and losses after the batches in `rows` (steps, batch)."""
        if self._resident is None:
            return self._trainer.advance(self.state, self._batch(rows[0]))
        return self._trainer.advance(self.state, self._resident, rows.astype(np.int32))

    def _batch(self, rows: np.ndarray) -> tuple[Tree, Array]:
        targets = to_engine(self._targets[rows], self.engine, "float32")
        return self._inputs(rows), targets

    def _inputs(self, rows: np.ndarray) -> Tree:
        return self._scale(to_device_rows(self.task.train[0], rows, self.engine, "float32"))
