"""Optimisers and learning-rate schedules, written by hand."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "optimisers": [
            "SGD",
            "Adam",
            "CosineDecay",
            "ExponentialDecay",
            "Momentum",
            "StepDecay",
            "rate_at",
        ],
    },
)
