"""Options that several commands share."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import click

from .errors import InputError

PATH = click.Path(path_type=Path)


def typed() -> str:
    """Return what the user typed, to be typed again."""
    return shlex.join(["galflux", *sys.argv[1:]])


def engine_option(function: Callable) -> Callable:
    """Add ``--engine``."""
    return click.option(
        "--engine",
        type=click.Choice(["jax", "numpy"]),
        default="jax",
        show_default=True,
        help="Array library: compiled (jax) or plain (numpy, slower, easy to debug).",
    )(function)


def _whole(ctx: click.Context, option: click.Parameter, seed: int) -> int:
    if seed < 0:
        raise InputError(f"seed: needed 0 or more; got {seed}")
    return seed


def seed_option(function: Callable) -> Callable:
    """Add ``--seed``."""
    return click.option(
        "--seed",
        default=0,
        show_default=True,
        callback=_whole,
        help="The same seed gives the same result.",
    )(function)


def json_option(function: Callable) -> Callable:
    """Add ``--json``."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Also print one JSON object on the last line."
    )(function)
