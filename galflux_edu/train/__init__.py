"""Training: `fit` a network to data, `predict` with it, and a record of what happened.

``loop`` is the place to begin reading. ``step`` is what it repeats, ``batches`` what it feeds,
``run`` what it keeps.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "loop": ["PRECISIONS", "Event", "Fit", "fit"],
        "prediction": ["predict"],
        "run": ["History"],
        "step": ["compile_forward", "compile_update"],
    },
)
