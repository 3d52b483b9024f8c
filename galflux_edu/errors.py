"""The one exception that says: the input is at fault, not the code."""

from collections.abc import Collection


class InputError(ValueError):
    """Report a mistake in what the user gave, in one sentence.

    The message reads *where: what was needed; what was got*. Commands print it and exit with
    code 2; no traceback is shown.
    """


def require_choice(name: str, value: str, allowed: Collection[str]) -> None:
    """Raise an `InputError` if `value` is not one of the names `allowed`."""
    if value not in allowed:
        raise InputError(f"{name}: needed one of {', '.join(allowed)}; got {value!r}")
