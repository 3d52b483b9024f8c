"""What several commands share: options, and a word about what is missing."""

import json
import shlex
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ..errors import InputError, require_choice


class OneOf(click.ParamType):
    """A name in a registry of the package, which is imported when the names are asked for."""

    name = "name"

    def __init__(self, room: str, registry: str):
        self.room, self.registry = room, registry

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what ``--help`` shows."""
        return f"[{'|'.join(self._names())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return `value`, one of the names."""
        what = param.name.replace("_", " ") if param else self.name
        require_choice(what, value, self._names())
        return value

    def _names(self) -> Collection[str]:
        return getattr(import_module(f"...{self.room}", __name__), self.registry)


PATH = click.Path(path_type=Path)
FOR_STUDENTS = "pip install jupyterlab"
FOR_INSTRUCTORS = "pip install -e '.[instructor]'"


def choice_option(flag: str, room: str, registry: str, default: str, text: str) -> Callable:
    """Return an option that takes a name in a registry of a room."""
    choice = OneOf(room, registry)
    return click.option(flag, type=choice, default=default, show_default=True, help=text)


def command_line() -> str:
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


def print_result(result: Any, as_json: bool) -> None:
    """Print the result of a run: its table, where the page is, and with ``--json`` the numbers."""
    click.echo(result.table)
    click.echo(f"\nthe report, with pictures: {result.report}")
    if as_json:
        click.echo(json.dumps(result.metrics, allow_nan=False))


@contextmanager
def require_extra(command: str) -> Iterator[None]:
    """Say how to get a library that is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(
            f"galflux: needed {error.name}, which is not installed: {command}"
        ) from error
