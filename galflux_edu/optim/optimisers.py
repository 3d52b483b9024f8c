"""Optimisers: how a gradient becomes a step. And schedules: how long the step is, and when.

An optimiser is a frozen dataclass with two pure methods. ``init(params)`` returns its state,
nested dicts of arrays with the count of steps taken under ``"step"``; ``step(params, grads,
state)`` returns new parameters and a new state and changes nothing in place.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import Array, Tree, array_namespace, tree_leaves, tree_map

Schedule = Callable[[Any], Any]  # the number of steps taken -> the learning rate


def rate_at(learning_rate: float | int | Schedule, step: Any) -> Any:
    """Return the learning rate after `step` steps: the number itself, or what the schedule says."""
    return learning_rate(step) if callable(learning_rate) else learning_rate


def _start(params: Tree, *means: str) -> Tree:
    """Return the state before the first step: a count of 0, and zeros like `params` by name."""
    xp = array_namespace(*tree_leaves(params))
    return {"step": xp.zeros((), dtype=xp.int32)} | {
        name: tree_map(xp.zeros_like, params) for name in means
    }


def _advance(optimiser: Any, params: Tree, state: Tree) -> tuple[Array, Array, Any]:
    """Return the new count, the old one in the floating type of `params`, and the rate there."""
    leaf = tree_leaves(params)[0]
    xp = array_namespace(leaf)
    taken = xp.astype(state["step"], leaf.dtype)
    return xp.asarray(state["step"] + 1), taken, rate_at(optimiser.learning_rate, taken)


@dataclass(frozen=True)
class SGD:
    r"""Walk downhill: stochastic gradient descent.

    .. math:: \theta \leftarrow \theta - \eta\, g

    Parameters
    ----------
    learning_rate
        :math:`\eta`, a number or a schedule.

    Examples
    --------
    >>> params, grads = {"w": np.asarray([1.0])}, {"w": np.asarray([2.0])}
    >>> sgd = SGD(learning_rate=0.25)
    >>> sgd.step(params, grads, sgd.init(params))[0]
    {'w': array([0.5])}
    """

    learning_rate: float | int | Schedule

    def init(self, params: Tree) -> Tree:
        """Return the state before the first step."""
        return _start(params)

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step."""
        count, _, rate = _advance(self, params, state)
        return tree_map(lambda p, g: p - rate * g, params, grads), {"step": count}


@dataclass(frozen=True)
class Momentum:
    r"""Roll downhill: gradient descent with a velocity that remembers past gradients.

    .. math:: v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta\, v

    Along a steady slope the steps grow to :math:`\eta g / (1 - \mu)`; across a narrow valley they
    cancel. (PyTorch's convention: the gradient enters with its full weight, no dampening.)

    Parameters
    ----------
    learning_rate
        :math:`\eta`, a number or a schedule.
    momentum
        :math:`\mu`, at least 0 and below 1.

    References
    ----------
    Sutskever et al. 2013, *On the importance of initialization and momentum in deep learning*,
    ICML, eqs. 1 and 2 (there the learning rate is part of v).

    Examples
    --------
    >>> params, grads = {"w": np.asarray([1.0])}, {"w": np.asarray([2.0])}
    >>> ball = Momentum(learning_rate=0.25, momentum=0.5)
    >>> params, state = ball.step(params, grads, ball.init(params))
    >>> ball.step(params, grads, state)[0]
    {'w': array([-0.25])}
    """

    learning_rate: float | int | Schedule
    momentum: float | int = 0.9

    def __post_init__(self) -> None:
        if not 0 <= self.momentum < 1:
            raise ValueError(f"Momentum: needed 0 <= momentum < 1; got {self.momentum}")

    def init(self, params: Tree) -> Tree:
        """Return the state before the first step: at rest."""
        return _start(params, "velocity")

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step."""
        count, _, rate = _advance(self, params, state)
        velocity = tree_map(lambda v, g: self.momentum * v + g, state["velocity"], grads)
        params = tree_map(lambda p, v: p - rate * v, params, velocity)
        return params, {"step": count, "velocity": velocity}


@dataclass(frozen=True)
class Adam:
    r"""Give every parameter its own step length: adaptive moment estimation.

    Two running means, of the gradient and of its square, with all operations element by element:

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        \theta &\leftarrow \theta - \eta\,
        \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Both start at zero and would be too small for the first steps; the divisions by
    :math:`1 - \beta^t`, t = 1 at the first step, make up for it. A parameter whose gradient keeps
    its sign moves by :math:`\eta` a step whatever the size of its gradient; one whose gradient
    flips about moves less.

    Parameters
    ----------
    learning_rate
        :math:`\eta`, a number or a schedule: about how far a parameter may move in a step.
    beta1, beta2
        Memory of the two means, between 0 and 1: about :math:`1 / (1 - \beta)` steps.
    epsilon
        Added outside the root, so that 0 / 0 is 0.

    References
    ----------
    Kingma & Ba 2015, `arXiv:1412.6980 <https://arxiv.org/abs/1412.6980>`_, algorithm 1.

    Examples
    --------
    The first step has length `learning_rate`, for a steep slope and for a flat one:

    >>> params = {"w": np.asarray([1.0, 1.0])}
    >>> adam = Adam(learning_rate=0.1)
    >>> params, state = adam.step(params, {"w": np.asarray([500.0, 0.02])}, adam.init(params))
    >>> params["w"].round(6).tolist()
    [0.9, 0.9]
    """

    learning_rate: float | int | Schedule
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        if not (0 < self.beta1 < 1 and 0 < self.beta2 < 1):
            raise ValueError(
                f"Adam: needed beta1 and beta2 between 0 and 1; got {self.beta1} and {self.beta2}"
            )

    def init(self, params: Tree) -> Tree:
        """Return the state before the first step: both means zero."""
        return _start(params, "m", "v")

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step."""
        count, taken, rate = _advance(self, params, state)
        m = tree_map(lambda m, g: self.beta1 * m + (1 - self.beta1) * g, state["m"], grads)
        v = tree_map(lambda v, g: self.beta2 * v + (1 - self.beta2) * g * g, state["v"], grads)
        xp = array_namespace(taken)
        # 1 - beta^t without the cancellation that costs float32 four digits at small t.
        filled1, filled2 = (-xp.expm1((taken + 1) * math.log(b)) for b in (self.beta1, self.beta2))

        def move(p: Array, m: Array, v: Array) -> Array:
            return p - rate * (m / filled1) / (xp.sqrt(v / filled2) + self.epsilon)

        return tree_map(move, params, m, v), {"step": count, "m": m, "v": v}


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
