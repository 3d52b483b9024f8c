"""The command that `galflux grade` has taken in: it still works, and says what to type now."""

import click

from ..errors import InputError
from .grade import grade

EXPORT, OTHERS = "--export", ("--diff", "--similar", "--report")


@click.command(context_settings={"ignore_unknown_options": True}, hidden=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def grades(arguments: tuple[str, ...]) -> None:
    """Run what `galflux grade` has under other names now, and say which."""
    now = _as_called_now([part for each in arguments for part in _parts(each)])
    click.echo(f"note: this is now: galflux grade {' '.join(now)}", err=True)
    grade.main(now, prog_name="galflux grade", standalone_mode=False)


def _parts(argument: str) -> list[str]:
    return argument.split("=", 1) if argument.startswith(f"{EXPORT}=") else [argument]


def _as_called_now(arguments: list[str]) -> list[str]:
    named = [each for each in arguments if each in (EXPORT, *OTHERS)]
    if len(named) > 1:
        raise InputError(f"grades: needed one of {EXPORT}, {', '.join(OTHERS)}; got more")
    if not named:
        return ["table", *arguments]
    at = arguments.index(named[0])
    kind = arguments[at + 1 : at + 2] if named == [EXPORT] else []
    rest = [*arguments[:at], *arguments[at + 1 + len(kind) :]]
    return [named[0].removeprefix("--"), *kind, *rest]
