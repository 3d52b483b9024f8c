"""Checks annotated shapes on every call, in tests; see the root's conftest.py."""

from collections.abc import Callable

from beartype import beartype


def check(function: Callable) -> Callable:
    """Return `function`, checked; one that is defined anew in every call of another, as it is."""
    return function if "<locals>" in function.__qualname__ else beartype(function)
