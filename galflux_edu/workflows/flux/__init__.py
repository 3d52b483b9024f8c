"""The main job in three verbs: train on a survey, evaluate, write it all down.

A *run* is a folder: ``model.npz``, ``training.npz`` (to go on from after an interruption),
``history.json``, ``metrics.json``, ``report.html`` and ``figures/``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
