"""Adam: adaptive moment estimation."""

import math
from dataclasses import dataclass

from ..engine import Array, Tree, array_namespace, tree_map
from .schedules import Schedule
from .state import advance, initial_state


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
        return initial_state(params, "m", "v")

    def step(self, params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
        """Return the parameters and the state after one step."""
        count, taken, rate = advance(self, params, state)
        m = tree_map(lambda m, g: self.beta1 * m + (1 - self.beta1) * g, state["m"], grads)
        v = tree_map(lambda v, g: self.beta2 * v + (1 - self.beta2) * g * g, state["v"], grads)
        xp = array_namespace(taken)
        # 1 - beta^t without the cancellation that costs float32 four digits at small t.
        filled1, filled2 = (-xp.expm1((taken + 1) * math.log(b)) for b in (self.beta1, self.beta2))

        def move(p: Array, m: Array, v: Array) -> Array:
            return p - rate * (m / filled1) / (xp.sqrt(v / filled2) + self.epsilon)

        return tree_map(move, params, m, v), {"step": count, "m": m, "v": v}
