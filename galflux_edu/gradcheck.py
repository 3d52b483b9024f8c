r"""Is this backward pass right?  A test that needs no second implementation.

The derivative of a function is a linear map J. Differences of the forward pass along v measure
``J v``; a backward pass claims to compute ``J^T w``. Whatever v and w are, both must give the same
number:

.. math:: \langle w, J v \rangle = \langle J^T w, v \rangle

One random pair (v, w) tests every entry of J at once.
"""

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from .engine import (
    Array,
    Tree,
    array_namespace,
    flatten,
    to_engine,
    tree_leaves,
    tree_map,
    unflatten,
)
from .nn.layer import Layer


def _dot(a: Tree, b: Tree) -> float:
    pairs = zip(tree_leaves(a), tree_leaves(b), strict=True)
    return sum(float(array_namespace(p).sum(p * q)) for p, q in pairs)


def directional_difference(
    function: Callable[[Tree], Array], at: Tree, along: Tree, step: float = 1e-5
) -> Array:
    r"""Return the derivative of `function` along a direction by a central difference.

    .. math:: J v \approx \frac{f(x + h v) - f(x - h v)}{2 h}

    The error is of order h squared from the cut-off Taylor series and of order
    :math:`10^{-16} / h` from rounding, about :math:`10^{-10}` at the default step in float64.

    Parameters
    ----------
    function
        Any function of one tree of arrays.
    at, along
        The point x and the direction v, float64 trees of the same structure.
    step
        h.

    Returns
    -------
    array shaped like ``function(at)``

    Examples
    --------
    >>> slope = directional_difference(lambda x: x**2, np.asarray([3.0]), np.asarray([1.0]))
    >>> round(float(slope[0]), 6)
    6.0
    """
    ahead = function(tree_map(lambda x, v: x + step * v, at, along))
    behind = function(tree_map(lambda x, v: x - step * v, at, along))
    return (ahead - behind) / (2 * step)


def adjoint_gap(
    forward: Callable[[Tree], Tree], backward: Callable[[Tree], Tree], v: Tree, w: Tree
) -> float:
    r"""Return how far two linear maps are from being each other's transpose.

    .. math:: \frac{|\langle w, A v \rangle - \langle B w, v \rangle|}{\|w\| \, \|A v\|}

    Parameters
    ----------
    forward, backward
        The maps A and B.
    v, w
        An input of each, best drawn at random.

    Returns
    -------
    float : 0 up to rounding if B is the transpose of A

    Examples
    --------
    >>> a = np.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> adjoint_gap(lambda v: a @ v, lambda w: a.T @ w, np.asarray([1.0, 2.0]), np.ones(2))
    0.0
    """
    out = forward(v)
    scale = math.sqrt(_dot(w, w) * _dot(out, out))
    return abs(_dot(w, out) - _dot(backward(w), v)) / (scale or 1.0)


def check_layer(
    layer: Layer,
    shape: tuple[int, ...],
    *,
    engine: str | ModuleType = "numpy",
    key: Any = None,
    batch_size: int = 3,
    seed: int = 0,
    tolerance: float = 1e-6,
) -> dict[str, float]:
    """Check the backward pass of a layer (or a whole network) against its forward pass.

    The input and each parameter in turn are moved along a random direction, and the change of the
    output is compared with what `backward` promised (`adjoint_gap`, with a central difference for
    A). A kink, such as that of ReLU at zero, within 1e-5 of a random value shows up as a small gap
    that another `seed` does not have.

    Parameters
    ----------
    layer
        What to check.
    shape
        Shape of one example, without the batch axis.
    engine
        ``"numpy"``, ``"jax"`` (with 64-bit numbers switched on) or an array-API module.
    key
        Key for layers with randomness; None evaluates.
    batch_size, seed
        Number of random examples, and the seed they come from.
    tolerance
        Largest gap that passes.

    Returns
    -------
    dict : the gap along ``"x"`` and along each parameter, ``"params/..."``

    Raises
    ------
    ValueError
        If a shape or a derivative is wrong; the sentence names the culprit.

    Examples
    --------
    >>> from galflux_edu.nn import Dense
    >>> list(check_layer(Dense(4), (3,)))
    ['x', 'params/weight', 'params/bias']
    """
    rng = np.random.default_rng(seed)
    where = f"check_layer({type(layer).__name__})"

    def draw(shape: tuple[int, ...]) -> Array:
        return to_engine(rng.standard_normal(shape), engine)

    params, out_shape = layer.init(rng, shape)
    # Drawn anew, so that biases of zero and weights of one hide nothing.
    params = tree_map(lambda leaf: draw(leaf.shape), params)
    x = draw((batch_size, *shape))
    if "float64" not in str(x.dtype):
        raise ValueError(f"{where}: needed 64-bit numbers; got {x.dtype} on {engine}")

    def forward(point: dict[str, Array]) -> Array:
        point = unflatten(point)
        return layer.forward(point.get("params", {}), point["x"], key)[0]

    y, saved = layer.forward(params, x, key)
    _require_same(where, "an output of shape", (batch_size, *out_shape), y.shape)
    dy = draw(y.shape)
    dx, grads = layer.backward(params, saved, dy)
    point, slopes = (flatten({"x": a, "params": b}) for a, b in ((x, params), (dx, grads)))
    shapes = [{name: leaf.shape for name, leaf in flat.items()} for flat in (point, slopes)]
    _require_same(where, "derivatives of shapes", *shapes)

    def gap(name: str) -> float:
        # Only this one moves; the point is at rest along all the others.
        still = {other: leaf * 0 for other, leaf in point.items()}
        return adjoint_gap(
            lambda v: directional_difference(forward, point, still | {name: v}),
            lambda w: slopes[name],
            draw(point[name].shape),
            dy,
        )

    gaps = {name: gap(name) for name in point}
    worst = max(gaps, key=gaps.get)
    if not gaps[worst] <= tolerance:
        raise ValueError(
            f"{where}: needed a backward pass that agrees with the central difference along "
            f"{worst} to {tolerance:g}; got a gap of {gaps[worst]:.2g}"
        )
    return gaps


def _require_same(where: str, what: str, needed: Any, got: Any) -> None:
    if needed != got:
        raise ValueError(f"{where}: needed {what} {needed}; got {got}")
