"""The course as files: build the notebooks, bundle them for students, try them out.

One text, ``course/<set>/exercise.py``, is the source of everything: ``solutions/`` and
``exercises/`` are built from it, and students get a bundle of the latter.
"""

import lazy_loader

from .. import notebook  # noqa: F401 - first, since jupytext imports nbformat

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
