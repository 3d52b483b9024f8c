"""Fit a network: the steps of a `Trainer` in one loop, and a record of what happened."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ..engine import Tree, dispatch_depth, donate_buffers, to_numpy, tree_map
from ..errors import InputError
from ..losses import mse
from ..nn.layer import Layer
from ..optim import Adam, rate_at
from .batches import Prepare, Rowwise, count_examples, example_shape, make_loader, shuffled_batches
from .hyperparameters import PRECISIONS
from .run import History, RunRecord, load_run, run_settings, save_run
from .step import Loss, finite, floating_type
from .trainer import Trainer


@dataclass(frozen=True)
class Event:
    """What a callback of `fit` is given after each step.

    Parameters
    ----------
    epoch, step
        Number of whole epochs and of steps done so far.
    params
        The parameters now, arrays of the engine.
    history
        The record so far, to be read only.
    """

    epoch: int
    step: int
    params: Tree
    history: History


@dataclass(frozen=True)
class Fit:
    """What `fit` returns: the parameters, as NumPy arrays, and the record of the run."""

    params: Tree
    history: History


def fit(
    model: Layer,
    train: tuple[Rowwise, Any],
    validation: tuple[Rowwise, Any] | None = None,
    *,
    loss: Loss = mse,
    optimiser: Any = Adam(1e-3),  # noqa: B008  frozen, so safe to share
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int = 32,
    seed: int = 0,
    engine: str = "jax",
    params: Tree = None,
    shape: tuple[int, ...] | None = None,
    prepare: Prepare = None,
    callbacks: Sequence[Callable[[Event], Any]] = (),
    checkpoint: Path | str | None = None,
    checkpoint_every: int | None = None,
    resume: bool = True,
    patience: int | None = None,
    devices: int = 1,
    precision: str | None = None,
    progress: bool = True,
) -> Fit:
    """Fit the parameters of `model` to pairs of inputs and targets.

    Each epoch visits every example once, in a new random order, `batch_size` at a time; the last
    batch holds what is left. A step is one pure function, compiled once: forward pass, loss,
    backward pass, optimiser. All randomness comes from `seed` and the number of the step, so the
    same call gives the same parameters bit for bit, even if it is killed half-way and started
    again with the same `checkpoint`.

    Parameters
    ----------
    model
        The network: a layer, see `galflux_edu.nn`.
    train, validation
        ``(inputs, targets)``. Inputs are an array with one example a row, or a dict of such
        arrays; memory-mapped ones are read a batch at a time. Targets have the shape of the
        network's output, such as (N, 1).
    loss
        Returns ``(value, d_prediction)``, see `galflux_edu.losses`.
    optimiser
        See `galflux_edu.optim`.
    epochs, steps
        How long to train: exactly one of them.
    batch_size
        Examples a step.
    seed
        Decides the first parameters, the order of the examples and what dropout drops.
    engine
        ``"jax"`` or ``"numpy"``.
    params
        Where to start; their floating type is the one computed in. None draws float32 ones with
        ``model.init``.
    shape
        Shape of one prepared example; None: that of the first.
    prepare
        Pure array function applied to each batch of inputs inside the step, such as one from
        16-bit counts to stretched images. Like `loss` and `optimiser` it must be hashable, as
        functions are.
    callbacks
        Called with an `Event` after each step; training ends when one returns True.
    checkpoint
        File (``.npz``) to keep the run in. It is written at the end and after every epoch.
    checkpoint_every
        Write it after every so many steps instead.
    resume
        Go on from `checkpoint` where it exists; False starts afresh and writes over it.
    patience
        End after so many epochs in a row without a new lowest validation loss, and return the
        parameters of the best epoch.
    devices
        Number of devices, such as GPUs, that share each batch; the engine must be ``"jax"``. They
        compute the same as one, but for rounding and for what dropout drops.
    precision
        ``"float32"`` or ``"bfloat16"``: the type that the network runs in, forward and backward.
        The parameters, the loss and the optimiser keep theirs. None: the type of the parameters.
    progress
        Show a progress bar.

    Raises
    ------
    InputError
        If the arrays are empty or differ in length, if the loss is no longer finite, if there are
        not so many devices, or if the checkpoint belongs to another run.
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> from galflux_edu.nn import Dense
    >>> from galflux_edu.optim import SGD
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> line = fit(Dense(1), (x, 3 * x + 1), optimiser=SGD(0.3), epochs=50, progress=False)
    >>> line.params["weight"].round(3).tolist(), line.params["bias"].round(3).tolist()
    ([[3.0]], [1.0])
    """
    _check_numbers(
        epochs=epochs,
        steps=steps,
        batch_size=batch_size,
        checkpoint_every=checkpoint_every,
        patience=patience,
        devices=devices,
    )
    _check_hardware(engine, devices, precision, batch_size)
    if patience is not None and validation is None:
        raise ValueError("fit: needed validation data for patience; got none")
    examples = count_examples("fit, train", *train)
    held_out = 0 if validation is None else count_examples("fit, validation", *validation)
    per_epoch = math.ceil(examples / batch_size)
    total = epochs * per_epoch if steps is None else steps

    if params is None and shape is None:
        shape = example_shape(train[0], prepare, engine)
    donate = donate_buffers(engine) and not callbacks  # a callback may keep its parameters
    trainer = Trainer(model, loss, optimiser, prepare, engine, precision, devices, donate)
    state, record = trainer.start(seed, shape, params), RunRecord()
    dtype = floating_type(state.params)
    settings = run_settings(
        model=model,
        loss=loss,
        optimiser=optimiser,
        prepare=prepare,
        engine=engine,
        dtype=dtype,
        seed=seed,
        batch_size=batch_size,
        epochs=epochs,
        steps=steps,
        patience=patience,
        training_examples=examples,
        validation_examples=held_out,
        devices=devices,
        precision=precision or dtype,
    )
    if checkpoint is not None and resume and Path(checkpoint).exists():
        state, record = load_run(checkpoint, trainer, state, settings)
    history = record.history

    load_train = make_loader(train, engine, dtype, devices)
    load_validation = validation and make_loader(validation, engine, dtype, devices)
    pending: list[Any] = []  # losses of steps that may still be running
    started = time.perf_counter() - record.seconds
    with tqdm(
        total=total, initial=state.step, desc="fit", unit="step", disable=not progress
    ) as bar:
        for batch, rows in load_train(shuffled_batches(state.step, examples, batch_size, seed)):
            if state.step == total or (patience and history.epochs_since_best() >= patience):
                break
            state, value = trainer.advance(state, batch, rows)
            pending.append(value)
            epoch_ends = state.step % per_epoch == 0 or state.step == total
            save = state.step % checkpoint_every == 0 if checkpoint_every else epoch_ends
            if not (callbacks or epoch_ends or save or len(pending) == dispatch_depth()):
                continue
            history.step_loss += finite(pending, state.step)
            bar.set_postfix(loss=f"{history.step_loss[-1]:.3g}", refresh=False)
            bar.update(len(pending))
            pending = []
            if epoch_ends:
                rate = float(rate_at(optimiser.learning_rate, state.step - 1))
                held_out_loss = load_validation and trainer.evaluate(
                    state.params, load_validation, held_out, batch_size
                )
                seconds = time.perf_counter() - started
                started += seconds
                history.end_epoch(examples, batch_size, rate, held_out_loss, seconds)
                if patience is not None and history.epochs_since_best() == 0:
                    record.best = tree_map(np.array, state.params)
            record.seconds = time.perf_counter() - started
            event = Event(len(history.train_loss), state.step, state.params, history)
            stop = [callback(event) for callback in callbacks]
            if any(stop):
                break
            if checkpoint is not None and save and state.step < total:
                save_run(checkpoint, state, record, settings)
    if checkpoint is not None:
        save_run(checkpoint, state, record, settings)
    return Fit(to_numpy(record.best or state.params), history)


def _check_numbers(*, epochs: int | None, steps: int | None, **others: int | None) -> None:
    if (epochs is None) == (steps is None):
        raise ValueError(f"fit: needed either epochs or steps; got {epochs} and {steps}")
    for name, value in {"epochs": epochs, "steps": steps, **others}.items():
        if value is not None and value < 1:
            raise ValueError(f"fit: needed {name} of at least 1; got {value}")


def _check_hardware(engine: str, devices: int, precision: str | None, batch_size: int) -> None:
    if precision not in (None, *PRECISIONS):
        raise ValueError(f"fit: needed precision {' or '.join(PRECISIONS)}; got {precision!r}")
    if engine != "jax" and (devices > 1 or precision == "bfloat16"):
        raise InputError(
            f"fit: needed the jax engine for several devices or bfloat16; got {engine}"
        )
    if batch_size % devices:
        raise InputError(
            f"fit: needed a batch size that {devices} devices can share; got {batch_size}"
        )
