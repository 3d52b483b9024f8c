"""Optimisers, by hand: how a gradient becomes a step. And schedules: how long it is, and when.

An optimiser is a frozen dataclass with two pure methods. ``init(params)`` returns its state,
nested dicts of arrays with the count of steps taken under ``"step"``; ``step(params, grads,
state)`` returns new parameters and a new state and changes nothing in place.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
