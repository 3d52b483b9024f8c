"""A training run whose settings may change between two steps."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from ..engine import (
    Array,
    Tree,
    array_namespace,
    fold_in,
    jit,
    random_key,
    to_engine,
    to_numpy,
    tree_leaves,
)
from ..errors import InputError
from ..nn.layer import Layer
from ..optim import SGD, Adam, Momentum
from ..train import compile_forward, compile_update, compile_updates
from ..train.batches import count_examples, shuffled_batches, take
from ..train.step import Loss, finite

OPTIMISERS: Mapping[str, type] = MappingProxyType({"Adam": Adam, "Momentum": Momentum, "SGD": SGD})


@dataclass(frozen=True)
class Settings:
    """What a lecturer may change while a network learns.

    Parameters
    ----------
    learning_rate
        Length of a step, above 0.
    optimiser
        Name in `OPTIMISERS`; a new one starts with empty memory.
    dropout
        Probability that a hidden unit is dropped while training.
    input_scaling
        Name of one of the task's ways to scale its inputs.
    centre_target
        Whether the mean of the training targets is taken off.
    seed
        Decides the first parameters, the order of the examples and what dropout drops; a new one
        counts from the next restart on.
    """

    learning_rate: float = 1e-3
    optimiser: str = "Adam"
    dropout: float = 0.2
    input_scaling: str = "asinh"
    centre_target: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.optimiser not in OPTIMISERS:
            raise InputError(
                f"optimiser: needed one of {', '.join(OPTIMISERS)}; got {self.optimiser!r}"
            )
        if not self.learning_rate > 0:
            raise InputError(f"learning rate: needed more than 0; got {self.learning_rate}")
        if not 0 <= self.dropout < 1:
            raise InputError(f"dropout: needed a rate in [0, 1); got {self.dropout}")


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
        Pure functions, by name, from a batch of inputs to what the network sees.
    batch_size
        Examples a step.
    score
        ``(predicted, true) -> number``: how good the answers to the validation examples are.
    insight
        ``(network, params, first params, one prepared example) -> {"filters": (K, h, w), "maps":
        (K, h, w)}``: what the first layer has learnt, and what it makes of an example.
    baselines
        Scores of methods that need no network, by name.
    steps_at_once
        Above 1: so many steps are one compiled loop over inputs that are all in memory, which is
        faster where a step is short. Then batches of `batch_size` come out even.
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
    step to compile.
    """

    kind: type

    def init(self, params: Tree, learning_rate: float) -> Tree:
        """Return the state before the first step."""
        leaf = tree_leaves(params)[0]
        rate = array_namespace(leaf).asarray(learning_rate, dtype=leaf.dtype)
        return self.kind(learning_rate).init(params) | {"learning_rate": rate}

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step of the optimiser at that rate."""
        rate = state["learning_rate"]
        own = {name: leaf for name, leaf in state.items() if name != "learning_rate"}
        params, own = self.kind(lambda taken: rate).step(params, grads, own)
        return params, own | {"learning_rate": rate}


@lru_cache(maxsize=16)
def _compiled(function: Callable, engine: str) -> Callable:
    return jit(function, engine)


class InteractiveTrainer:
    """Train a network a step at a time.

    With settings that never change it is what `train.fit` does with the same seed.

    Parameters
    ----------
    task
        What is learnt.
    settings
        How; `change` changes it.
    engine
        ``"jax"`` or ``"numpy"``.
    """

    def __init__(self, task: Task, settings: Settings, engine: str = "jax"):
        self.task, self.settings, self.engine = task, settings, engine
        self.examples = count_examples("live", *task.train)
        self._validation = self._put(task.validation[0])
        self._all = self._put(task.train[0]) if task.steps_at_once > 1 else None
        self._mean = float(np.mean(task.train[1]))
        self.restart()

    def restart(self) -> None:
        """Forget all that was learnt; the settings stay."""
        self.step_number, seed = 0, self.settings.seed
        shape = tuple(self._scaled(self.task.train[0], np.arange(1)).shape[1:])
        params, _ = self._network.init(np.random.default_rng(seed), shape)
        self.params = self._first = to_engine(params, self.engine)
        self._state = self._optimiser.init(self.params, self.settings.learning_rate)
        self._key = random_key(seed, self.engine)
        self._rows = shuffled_batches(0, self.examples, self.task.batch_size, seed)

    @property
    def steps_per_epoch(self) -> int:
        """Number of steps in which each training example is seen once."""
        return -(-self.examples // self.task.batch_size)

    def change(self, settings: Settings) -> None:
        """Go on with other settings."""
        before, self.settings = self.settings, settings
        if settings.optimiser != before.optimiser:
            self._state = self._optimiser.init(self.params, settings.learning_rate)
        else:
            rate = self._state["learning_rate"]
            rate = array_namespace(rate).asarray(settings.learning_rate, dtype=rate.dtype)
            self._state = self._state | {"learning_rate": rate}

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
        rows = [next(self._rows) for _ in range(number)]
        self.params, self._state, losses = self._steps(np.stack(rows))
        self.step_number += number
        return finite(np.ravel(to_numpy(losses)).tolist(), self.step_number)

    def rehearse(self) -> None:
        """Compile what steps and a look need; nothing changes."""
        for number in {1, self.task.steps_at_once}:
            self._steps(np.zeros((number, self.task.batch_size), int))
        self.look()

    def look(self) -> dict[str, Any]:
        """Return what can be seen of the network now, as NumPy arrays.

        ``predicted`` (M, ...) and ``score``, of the validation examples, and what the task's
        `insight` shows of the first of them.
        """
        inputs = _compiled(self._scale, self.engine)(self._validation)
        output = compile_forward(self._network, None, self.engine)(self.params, inputs)
        predicted = to_numpy(output) + np.float32(self._offset)
        # What has run away has no score, but can still be looked at.
        sane = np.all(np.isfinite(predicted))
        score = self.task.score(predicted, self.task.validation[1]) if sane else math.nan
        shown = self.task.insight(self._network, self.params, self._first, inputs[:1])
        return {"predicted": predicted, "score": float(score), **shown}

    def _steps(self, rows: np.ndarray) -> tuple[Tree, Tree, Array]:
        """Return parameters, state and losses after the batches in `rows` (steps, batch)."""
        parts = (self._network, self.task.loss, self._optimiser)
        target = self.task.train[1] - np.float32(self._offset)
        if self.task.steps_at_once > 1:
            updates = compile_updates(*parts, self._scale, self.engine)
            target = to_engine(target, self.engine, "float32")
            numbers = to_engine(rows.astype(np.int32), self.engine)
            given = (self._all, target, self._key, self.step_number, numbers)
            return updates(self.params, self._state, *given)
        update = compile_update(*parts, None, self.engine)
        target = to_engine(target[rows[0]], self.engine, "float32")
        key = _compiled(fold_in, self.engine)(self._key, self.step_number)
        inputs = self._scaled(self.task.train[0], rows[0])
        return update(self.params, self._state, inputs, target, key)

    def _scaled(self, inputs: Any, rows: np.ndarray) -> Array:
        return _compiled(self._scale, self.engine)(take(inputs, rows, self.engine, "float32"))

    def _put(self, inputs: Any) -> Tree:
        return take(inputs, np.arange(count_examples("live", inputs)), self.engine, "float32")

    @property
    def _network(self) -> Layer:
        return self.task.build(self.settings.dropout)

    @property
    def _scale(self) -> Callable:
        return self.task.scalings[self.settings.input_scaling]

    @property
    def _optimiser(self) -> InjectedLearningRate:
        return InjectedLearningRate(OPTIMISERS[self.settings.optimiser])

    @property
    def _offset(self) -> float:
        return self._mean if self.settings.centre_target else 0.0
