"""Hyper-parameters: everything one may choose of a training run, in one place."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..errors import InputError, require_choice
from ..optim import SGD, Adam, CosineDecay, Momentum

OPTIMISERS: Mapping[str, Callable] = MappingProxyType(
    {"Adam": Adam, "Momentum": Momentum, "SGD": SGD}
)
SCHEDULES = ("cosine", "constant")
PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """Everything that decides how a network is trained. Equal ones give equal networks.

    Parameters
    ----------
    dropout
        Probability that a hidden unit is dropped while training.
    input_scaling
        Name of the function that scales the inputs.
    centre_target
        Take the mean of the training targets off before training and put it back afterwards.
        Without it, dropout multiplies features that must add up to about 4.
    optimiser
        Name in `OPTIMISERS`.
    learning_rate, schedule
        ``constant``, or ``cosine`` from `learning_rate` to zero.
    batch_size
        Examples a step.
    steps
        Number of steps in all; 0 means `epochs`.
    epochs
        Passes through the training examples; used where `steps` is 0.
    seed
        Seeds the weights, the order of the examples and the dropout.
    precision
        ``float32``, or ``bfloat16`` for the network's products: half the bytes, for GPUs. The
        weights, the loss and the optimiser stay in float32.

    Raises
    ------
    InputError
        If a name is unknown or a number out of range.
    """

    dropout: float = 0.2
    input_scaling: str = "asinh"
    centre_target: bool = True
    optimiser: str = "Adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    batch_size: int = 32
    steps: int = 0
    epochs: int = 10
    seed: int = 0
    precision: str = "float32"

    def __post_init__(self) -> None:
        require_choice("optimiser", self.optimiser, OPTIMISERS)
        require_choice("schedule", self.schedule, SCHEDULES)
        require_choice("precision", self.precision, PRECISIONS)
        for name, low in (("batch_size", 1), ("steps", 0), ("epochs", 1)):
            if getattr(self, name) < low:
                raise InputError(f"{name}: needed at least {low}; got {getattr(self, name)}")
        if not 0 <= self.dropout < 1:
            raise InputError(f"dropout: needed a rate in [0, 1); got {self.dropout}")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise InputError(f"learning rate: needed a number above 0; got {self.learning_rate}")

    def count_steps(self, examples: int) -> int:
        """Return the number of steps that training on so many examples takes."""
        return self.steps or self.epochs * -(-examples // self.batch_size)

    def build_optimiser(self, examples: int) -> Any:
        """Return the optimiser for training on so many examples, its schedule included."""
        rate: Any = self.learning_rate
        if self.schedule == "cosine":
            rate = CosineDecay(rate, self.count_steps(examples))
        return OPTIMISERS[self.optimiser](rate)
