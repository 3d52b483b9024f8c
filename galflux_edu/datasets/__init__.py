"""Galaxies on disk: the only rooms that read and write files.

A dataset is a folder with ``catalogue.csv`` (one row a galaxy), ``images/`` (one 16-bit PNG or
FITS file a galaxy) and ``survey.json`` (how it was made). `write_dataset` makes one,
`open_dataset` opens one, `stratified_split` divides it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
