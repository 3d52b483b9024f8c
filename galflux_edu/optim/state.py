"""What the state of every optimiser holds: the number of steps, and running means by name."""

from typing import Any

from ..engine import Array, Tree, array_namespace, tree_leaves, tree_map
from .schedules import rate_at


def initial_state(params: Tree, *means: str) -> Tree:
    """Return the state before the first step: a count of 0, and zeros like `params` by name."""
    xp = array_namespace(*tree_leaves(params))
    return {"step": xp.zeros((), dtype=xp.int32)} | {
        name: tree_map(xp.zeros_like, params) for name in means
    }


def advance(optimiser: Any, params: Tree, state: Tree) -> tuple[Array, Array, Any]:
    """Return the new count, the old one in the floating type of `params`, and the rate there."""
    leaf = tree_leaves(params)[0]
    xp = array_namespace(leaf)
    taken = xp.astype(state["step"], leaf.dtype)
    return xp.asarray(state["step"] + 1), taken, rate_at(optimiser.learning_rate, taken)
