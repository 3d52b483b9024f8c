"""Trees: arrays in nested dicts, lists and tuples, such as the parameters of a network."""

from collections.abc import Callable
from typing import Any

Array = Any  # any array that answers __array_namespace__
Tree = Any  # an array, or dicts, lists and tuples of trees


def tree_map(function: Callable, tree: Tree, *rest: Tree) -> Tree:
    """Apply `function` to every leaf of `tree` (and the matching leaves of `rest`)."""
    if isinstance(tree, dict):
        return {k: tree_map(function, v, *(r[k] for r in rest)) for k, v in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(tree_map(function, *leaves) for leaves in zip(tree, *rest, strict=True))
    return function(tree, *rest)


def tree_leaves(tree: Tree) -> list[Array]:
    """Return the arrays of a tree in a fixed order: dicts in order of insertion, depth first."""
    leaves: list[Array] = []
    tree_map(leaves.append, tree)
    return leaves


def flatten(tree: Tree, prefix: str = "") -> dict[str, Array]:
    """Return the arrays of nested dicts by their joined names, ``"0_dense/weight"``."""
    if not isinstance(tree, dict):
        return {prefix: tree}
    flat: dict[str, Array] = {}
    for name, branch in tree.items():
        flat |= flatten(branch, f"{prefix}/{name}" if prefix else name)
    return flat


def unflatten(flat: dict[str, Array]) -> Tree:
    """Return the nested dicts that `flatten` made `flat` of.

    Examples
    --------
    >>> unflatten({"0_dense/bias": 1, "0_dense/weight": 2, "step": 3})
    {'0_dense': {'bias': 1, 'weight': 2}, 'step': 3}
    """
    tree: Tree = {}
    for name, leaf in flat.items():
        *branches, last = name.split("/")
        node = tree
        for branch in branches:
            node = node.setdefault(branch, {})
        node[last] = leaf
    return tree
