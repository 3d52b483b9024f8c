"""What a page and its training process send each other: one pickled message after the other.

Both ends are ours, on one computer, and the pipe has no other reader or writer.
"""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any


@dataclass(frozen=True)
class Command:
    """What the page asks for.

    Parameters
    ----------
    name
        ``play``, ``pause``, ``steps`` (take `value` steps, then pause), ``restart`` or ``change``
        (`value` is the new `Hyperparameters`).
    value
        What the command needs.
    """

    name: str
    value: Any = None


@dataclass(frozen=True)
class Report:
    """What the process reports, at most a few times a second.

    Parameters
    ----------
    run
        Counts the restarts.
    status
        ``preparing``, ``compiling``, ``running``, ``paused`` or ``failed``.
    step
        Steps done.
    steps_per_epoch
        So many are one pass through the data.
    losses
        Of the steps since the last report.
    steps_per_second
        How fast it is.
    snapshot
        What `InteractiveTrainer.snapshot` returns; empty where there is none since the last report.
    metadata
        What does not change: ``true`` targets, ``baselines``; only in the first report.
    message
        Why it failed.
    """

    run: int
    status: str
    step: int = 0
    steps_per_epoch: int = 1
    losses: tuple[float, ...] = ()
    steps_per_second: float = 0.0
    snapshot: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    message: str = ""


def send(stream: IO[bytes], message: Command | Report) -> None:
    """Write one message."""
    pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def receive(stream: IO[bytes]) -> Iterator[Any]:
    """Yield messages until the other end is gone."""
    while True:
        try:
            yield pickle.load(stream)  # noqa: S301 - from our own process
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            return
