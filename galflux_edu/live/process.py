"""The page's end of a training process."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from ..train import Hyperparameters
from .messages import Command, Report, receive, send
from .tasks import cache_folder


@dataclass
class View:
    """All that is known of a run: the sum of its reports.

    Parameters
    ----------
    run, status, step, steps_per_epoch, steps_per_second, message
        As in `Report`.
    losses
        One a step.
    validation
        ``(step, score)`` of each snapshot.
    snapshot
        The last one.
    metadata
        What does not change.
    """

    run: int = 0
    status: str = "preparing"
    step: int = 0
    steps_per_epoch: int = 1
    steps_per_second: float = 0.0
    message: str = ""
    losses: list[float] = field(default_factory=list)
    validation: list[tuple[int, float]] = field(default_factory=list)
    snapshot: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        """Add a report."""
        if report.run != self.run:
            self.losses, self.validation, self.snapshot = [], [], {}
        self.run, self.status, self.step = report.run, report.status, report.step
        self.steps_per_epoch, self.message = report.steps_per_epoch, report.message
        self.steps_per_second = report.steps_per_second
        self.losses.extend(report.losses)
        if report.snapshot:
            self.snapshot = report.snapshot
            self.validation.append((report.step, report.snapshot["score"]))
        self.metadata = self.metadata | report.metadata


class TrainingProcess:
    """Train a network in a process of its own.

    The process ends with `close`, or with this process, however that ends.

    Parameters
    ----------
    task
        Name in `tasks.TASKS`.
    settings
        How to begin.
    """

    def __init__(self, task: str, settings: Hyperparameters | None = None):
        self.settings = settings or Hyperparameters()
        self.view = View()
        cache = {
            "JAX_COMPILATION_CACHE_DIR": str(cache_folder() / "jax"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.2",
        }
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "galflux_edu.live.worker", task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**cache, **os.environ},
        )
        self._send("begin", self.settings)
        threading.Thread(target=self._read, daemon=True).start()

    def play(self) -> None:
        """Train until something else is asked."""
        self._send("play")

    def pause(self) -> None:
        """Stop after the current step."""
        self._send("pause")

    def steps(self, number: int) -> None:
        """Take so many steps, then pause."""
        self._send("steps", number)

    def restart(self) -> None:
        """Start again from new parameters, and wait."""
        self._send("restart")

    def change(self, settings: Hyperparameters) -> None:
        """Go on with other settings; the same ones change nothing."""
        if settings != self.settings:
            self.settings = settings
            self._send("change", settings)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            stream.close()

    def _send(self, name: str, value: Any = None) -> None:
        try:
            send(self._process.stdin, Command(name, value))
        except (BrokenPipeError, ValueError):
            self._ended()

    def _read(self) -> None:
        for report in receive(self._process.stdout):
            self.view.add(report)
        self._ended()

    def _ended(self) -> None:
        self.view.status = "ended"
        self.view.message = "The training process has ended; reload the page to start another."
