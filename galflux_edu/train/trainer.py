"""The trainer: start, take a step or many, predict, evaluate. Every training loop is made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..engine import (
    Array,
    Tree,
    dispatch_depth,
    jit,
    random_key,
    replicate,
    to_engine,
)
from ..losses import mse
from ..nn.layer import Layer
from ..optim import Adam
from .batches import Loader, Prepare, batches_in_order, gather_rows
from .step import (
    Loss,
    cast,
    compile_fold_in,
    compile_forward,
    compile_update,
    compile_updates,
    floating_type,
)


@dataclass(frozen=True)
class TrainState:
    """What one training step hands to the next.

    Parameters
    ----------
    params, optimiser_state
        Trees of arrays of the engine.
    key
        Engine randomness of the run; each step folds its number in.
    step
        Number of steps done.
    """

    params: Tree
    optimiser_state: Tree
    key: Any
    step: int = 0


@dataclass(frozen=True)
class Trainer:
    """The compiled functions that train a network; pure: the state goes in, a new one comes out.

    Parameters
    ----------
    model, loss, optimiser, prepare, engine, precision, devices
        As in `fit`.
    donate
        Whether a step may write the new state over the old one, which is gone then.

    Examples
    --------
    >>> from galflux_edu.nn import Dense
    >>> from galflux_edu.optim import SGD
    >>> x = np.array([[-1.0], [1.0]])
    >>> trainer = Trainer(Dense(1), optimiser=SGD(0.5), engine="numpy")
    >>> state = trainer.start(seed=0, shape=(1,))
    >>> state, loss = trainer.advance(state, (x, 3 * x + 1))
    >>> state.step, np.round(trainer.predict(state.params, x), 6).tolist()
    (1, [[-2.0], [4.0]])
    """

    model: Layer
    loss: Loss = mse
    optimiser: Any = Adam(1e-3)  # noqa: RUF009  frozen, so safe to share
    prepare: Prepare = None
    engine: str = "jax"
    precision: str | None = None
    devices: int = 1
    donate: bool = False

    def start(self, seed: int, shape: Any = None, params: Tree = None) -> TrainState:
        """Return the state before the first step.

        Parameters
        ----------
        seed
            Decides the parameters and what dropout drops.
        shape
            Shape of one prepared example.
        params
            Where to start; None draws them with ``model.init``, which needs `shape`.
        """
        if params is None:
            params, _ = self.model.init(np.random.default_rng(seed), shape)
        params = to_engine(params, self.engine)
        trees = replicate((params, self.optimiser.init(params)), self.devices)
        return TrainState(*trees, random_key(seed, self.engine))

    def restore(
        self, start: TrainState, params: Tree, optimiser_state: Tree, step: int
    ) -> TrainState:
        """Return the state after so many steps from `start`, of arrays read from a file."""
        trees = replicate(to_engine((params, optimiser_state), self.engine), self.devices)
        return TrainState(*trees, start.key, step)

    def advance(
        self, state: TrainState, batch: tuple[Tree, Array], rows: Array | None = None
    ) -> tuple[TrainState, Array]:
        """Take one step, or many in one compiled loop.

        Parameters
        ----------
        state
            Before the first of these steps.
        batch
            ``(inputs, targets)``, arrays of the engine.
        rows
            Which of its examples to take: (batch,) whole numbers for one step, (steps, batch) for
            many; None for one step on all of them.

        Returns
        -------
        The state after the last step, and the loss of each step before its update: a number, or
        (steps,).
        """
        old = (state.params, state.optimiser_state, *batch)
        if rows is not None and rows.ndim == 2:
            steps = len(rows)
            params, own, losses = self._updates(*old, state.key, state.step, rows)
        else:
            steps, key = 1, self._key_of_step(state.key, state.step)
            params, own, losses = self._update(*old, key, rows)
        return TrainState(params, own, state.key, state.step + steps), losses

    def predict(self, params: Tree, inputs: Tree, rows: Array | None = None) -> Array:
        """Return the network's output (N, ...) for arrays of the engine, without dropout."""
        return self._forward(params, inputs, rows)

    def evaluate(self, params: Tree, data: Loader, examples: int, batch_size: int) -> float:
        """Return the mean loss over all examples of the ``(inputs, targets)`` that `data` loads."""
        losses, dtype = [], floating_type(params)
        for (inputs, target), rows in data(batches_in_order(examples, batch_size)):
            target = cast(self._gather_rows(target, rows), dtype)
            value, _ = self.loss(self.predict(params, inputs, rows), target)
            losses.append((value, len(target)))
            if len(losses) % dispatch_depth() == 0:
                float(value)  # wait
        total = 0.0
        for value, count in losses:
            total += float(value) * count
        return total / examples

    @property
    def _parts(self) -> tuple[Any, ...]:
        return self.model, self.loss, self.optimiser, self.prepare, self.engine

    @cached_property
    def _update(self) -> Callable:
        return compile_update(*self._parts, self.precision, self.devices, self.donate)

    @cached_property
    def _updates(self) -> Callable:
        return compile_updates(*self._parts, self.precision, self.devices, self.donate)

    @cached_property
    def _forward(self) -> Callable:
        return compile_forward(self.model, self.prepare, self.engine, self.devices)

    @cached_property
    def _key_of_step(self) -> Callable:
        return compile_fold_in(self.engine)

    @cached_property
    def _gather_rows(self) -> Callable:
        return jit(gather_rows, self.engine)
