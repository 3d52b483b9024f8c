"""A network: layers one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import Array, fold_in
from .layer import Layer, Params, Shape


@dataclass(frozen=True)
class Sequential:
    r"""Apply `layers` in turn: :math:`y = f_L(\dots f_2(f_1(x)))`.

    The chain rule is the same loop run backwards. A Sequential is itself a layer and can stand
    inside another.

    Parameters
    ----------
    layers
        The layers. Parameters of layer i are under ``"{i}_{its class in small letters}"``, layers
        without parameters are left out; dropout in layer i draws from ``fold_in(key, i)``.

    Examples
    --------
    >>> from galflux_edu.nn import Dense, ReLU
    >>> network = Sequential([Dense(8), ReLU(), Dense(1)])
    >>> params, shape = network.init(np.random.default_rng(0), (5,))
    >>> list(params), shape
    (['0_dense', '2_dense'], (1,))
    """

    layers: Sequence[Layer]

    def __post_init__(self) -> None:
        # A list is welcome, but a frozen dataclass needs what never changes.
        object.__setattr__(self, "layers", tuple(self.layers))

    def _named(self) -> list[tuple[str, Layer]]:
        return [(f"{i}_{type(f).__name__.lower()}", f) for i, f in enumerate(self.layers)]

    def init(self, rng: np.random.Generator, shape: Shape) -> tuple[Params, Shape]:
        """Draw all parameters, threading the shape from layer to layer."""
        params = {}
        for name, layer in self._named():
            own, shape = layer.init(rng, shape)
            if own:
                params[name] = own
        return params, shape

    def forward(self, params: Params, x: Array, key: Any = None) -> tuple[Array, Any]:
        """Return y and what each layer saved."""
        saved = []
        for i, (name, layer) in enumerate(self._named()):
            own_key = None if key is None else fold_in(key, i)
            x, residuals = layer.forward(params.get(name, {}), x, own_key)
            saved.append(residuals)
        return x, tuple(saved)

    def backward(self, params: Params, saved: Any, dy: Array) -> tuple[Array, Params]:
        """Return dx and the gradients, from the last layer to the first."""
        grads = {}
        for (name, layer), residuals in zip(self._named()[::-1], saved[::-1], strict=True):
            dy, own = layer.backward(params.get(name, {}), residuals, dy)
            if own:
                grads[name] = own
        return dy, {name: grads[name] for name in params}
