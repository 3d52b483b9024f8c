"""galflux: measure galaxies with machine learning, everything built from scratch.

The rooms of the house, from the ground up: ``engine``, ``nn``, ``losses``, ``optim``, ``sky``;
``datasets``, ``metrics``, ``train``; ``models``, ``baselines``, ``measure``; ``plots``,
``reports``; ``cli``. A room is loaded when it is first used.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
