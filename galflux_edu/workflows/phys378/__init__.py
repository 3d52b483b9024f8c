"""Reproduce PHYS378: its table and ours side by side, as published and honestly.

``protocol`` says what is run, ``published`` what the source printed, ``data`` where galaxies come
from, ``stages`` computes, ``rows`` makes numbers of it and ``page`` a report.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
