"""Stochastic gradient descent with momentum."""

from dataclasses import dataclass

from ..engine import Tree, tree_map
from .schedules import Schedule
from .state import advance, initial_state


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
        return initial_state(params, "velocity")

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step."""
        count, _, rate = advance(self, params, state)
        velocity = tree_map(lambda v, g: self.momentum * v + g, state["velocity"], grads)
        params = tree_map(lambda p, v: p - rate * v, params, velocity)
        return params, {"step": count, "velocity": velocity}
