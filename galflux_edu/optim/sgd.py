"""Stochastic gradient descent."""

from dataclasses import dataclass

from ..engine import Tree, tree_map
from .schedules import Schedule
from .state import advance, initial_state


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
        return initial_state(params)

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step."""
        count, _, rate = advance(self, params, state)
        return tree_map(lambda p, g: p - rate * g, params, grads), {"step": count}
