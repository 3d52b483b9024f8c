"""The command line, one module a group of commands: ``galflux --help`` is the place to start."""

from .main import main

__all__ = ["main"]
