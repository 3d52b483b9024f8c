"""Learning-rate schedules: how long a step is, and when."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import Array, array_namespace

Schedule = Callable[[Any], Any]  # the number of steps taken -> the learning rate


def rate_at(learning_rate: float | int | Schedule, step: Any) -> Any:
    """Return the learning rate after `step` steps: the number itself, or what the schedule says."""
    return learning_rate(step) if callable(learning_rate) else learning_rate


def _as_array(step: Any) -> Array:
    return step if hasattr(step, "__array_namespace__") else np.asarray(float(step))


@dataclass(frozen=True)
class CosineDecay:
    r"""Lower the learning rate to zero along half a cosine, after a linear warm-up.

    .. math:: \eta_t = \tfrac12 \eta \left(1 + \cos \pi \frac{t - w}{T - w}\right)
              \text{ for } t \ge w, \qquad \eta_t = \eta\, \frac{t + 1}{w} \text{ before}

    Large steps find the valley, small ones its floor.

    Parameters
    ----------
    rate
        :math:`\eta`, the highest rate.
    steps
        T, the number of steps after which it is zero (and stays so).
    warmup
        w, the number of steps in which it first climbs to `rate`.

    References
    ----------
    Loshchilov & Hutter 2017, `arXiv:1608.03983 <https://arxiv.org/abs/1608.03983>`_, eq. 5.

    Examples
    --------
    >>> schedule = CosineDecay(rate=0.1, steps=100)
    >>> [round(float(schedule(step)), 6) for step in (0, 50, 100)]
    [0.1, 0.05, 0.0]
    """

    rate: float | int
    steps: int
    warmup: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.warmup < self.steps:
            got = f"warmup {self.warmup} and {self.steps} steps"
            raise ValueError(f"CosineDecay: needed 0 <= warmup < steps; got {got}")

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps, in the floating type of `step`."""
        step = _as_array(step)
        xp = array_namespace(step)
        done = (step - self.warmup) / (self.steps - self.warmup)
        cosine = self.rate * (1 + xp.cos(math.pi * xp.clip(done, 0.0, 1.0))) / 2
        climb = self.rate * (step + 1) / max(self.warmup, 1)
        return xp.where(step < self.warmup, climb, cosine)


@dataclass(frozen=True)
class ExponentialDecay:
    r"""Multiply the learning rate by `factor` every `every` steps, smoothly in between.

    .. math:: \eta_t = \eta\, f^{\,t / T}

    Parameters
    ----------
    rate
        :math:`\eta`, the rate at the start.
    factor
        f, above 0 and at most 1.
    every
        T, in steps.

    Examples
    --------
    >>> round(float(ExponentialDecay(rate=0.1, factor=0.25, every=10)(5)), 6)
    0.05
    """

    rate: float | int
    factor: float | int
    every: int

    def __post_init__(self) -> None:
        if not (0 < self.factor <= 1 and self.every >= 1):
            raise ValueError(
                f"{type(self).__name__}: needed 0 < factor <= 1 and every >= 1; "
                f"got factor {self.factor} and every {self.every}"
            )

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps, in the floating type of `step`."""
        return self.rate * self.factor ** (_as_array(step) / self.every)


@dataclass(frozen=True)
class StepDecay(ExponentialDecay):
    r"""Multiply the learning rate by `factor` every `every` steps, all at once.

    .. math:: \eta_t = \eta\, f^{\lfloor t / T \rfloor}

    The parameters are those of `ExponentialDecay`.

    Examples
    --------
    >>> schedule = StepDecay(rate=0.1, factor=0.5, every=10)
    >>> [round(float(schedule(step)), 6) for step in (9, 10, 25)]
    [0.1, 0.05, 0.025]
    """

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps, in the floating type of `step`."""
        step = _as_array(step)
        return self.rate * self.factor ** array_namespace(step).floor(step / self.every)
