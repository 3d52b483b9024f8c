"""Classify the shapes of galaxies with the network of a lecture, one picture at a time."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
