"""What one mutant may cost, and what is said of it."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


class HangError(BaseException):
    """Stop what takes too long; not an Exception, so that nobody catches it."""


@dataclass(frozen=True)
class Outcome:
    """What one mutant did.

    Parameters
    ----------
    number
        Its number: with the seed it says what the mutant was.
    kinds
        The kinds of its mutations.
    state
        ``unreadable``, ``read``, ``refused``, or ``failed`` if there are faults.
    seconds
        How long it took.
    code
        The hash of the code that would run; empty if none would.
    faults
        What must not be.
    """

    number: int
    kinds: tuple[str, ...]
    state: str
    seconds: float = 0.0
    code: str = ""
    faults: tuple[str, ...] = ()


@dataclass
class Cost:
    """What a piece of work took, and what came of it."""

    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


@contextmanager
def time_limit(most_seconds: float) -> Iterator[Cost]:
    """Stop what runs in here after `most_seconds`, and turn whatever it raises into a fault."""

    def ring(*_: Any) -> None:
        raise HangError

    cost, start = Cost(), time.perf_counter()
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, most_seconds)
    try:
        yield cost
    except HangError:
        cost.faults.append(f"it took longer than {most_seconds:g} s")
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        cost.faults.append(f"the grader crashed: {type(error).__name__}: {str(error)[:200]}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        cost.seconds = time.perf_counter() - start
