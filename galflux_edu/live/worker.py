"""The training process: ``python -m galflux_edu.live.worker TASK`` and messages in and out.

It ends with the process that started it, however that ends: then it reads the end of the file
from its standard input.
"""

import os
import queue
import sys
import threading
import time
from typing import IO

from ..errors import InputError
from ..train import Hyperparameters
from .interactive import InteractiveTrainer
from .messages import Command, Report, receive, send
from .tasks import make_task

SECONDS_BETWEEN_REPORTS = 0.3
SNAPSHOT_SHARE = 0.1  # of the time; the rest is for training


class Worker:
    """Train by command, and report.

    Parameters
    ----------
    trainer
        What is trained.
    commands
        Where commands come in.
    out
        Where reports go.
    """

    def __init__(
        self, trainer: InteractiveTrainer, commands: "queue.SimpleQueue[Command]", out: IO[bytes]
    ):
        self._trainer, self._commands, self._out = trainer, commands, out
        self._restarts, self._status, self._message = 0, "paused", ""
        self._steps_left: float = 0  # infinity while it plays
        self._losses: list[float] = []
        self._reported = self._last_snapshot = time.perf_counter()
        self._snapshot_seconds = self._steps_per_second = 0.0
        self._steps_reported = 0

    def introduce(self) -> None:
        """Report what does not change."""
        task = self._trainer.task
        metadata = {"true": task.validation[1], "baselines": dict(task.baselines)}
        self._report(snapshot=True, metadata=metadata)

    def work(self) -> None:
        """Handle one command, or wait for one, or take a step."""
        waiting = not self._steps_left
        try:
            self._handle(self._commands.get(block=waiting))
            return
        except queue.Empty:
            pass
        try:
            losses = self._trainer.advance(self._steps_left)
        except InputError as error:
            self._steps_left, self._status, self._message = 0, "failed", str(error)
            self._report()
            return
        self._losses += losses
        self._steps_left -= len(losses)
        if not self._steps_left:
            self._status = "paused"
            self._report(snapshot=True)
        elif time.perf_counter() - self._reported > SECONDS_BETWEEN_REPORTS:
            since = time.perf_counter() - self._last_snapshot
            self._report(snapshot=since > self._snapshot_seconds / SNAPSHOT_SHARE)

    def _handle(self, command: Command) -> None:
        match command.name:
            case "pause":
                self._steps_left = 0
                self._status = "failed" if self._status == "failed" else "paused"
                self._report(snapshot=True)
            case "play" | "steps" if self._status != "failed":
                self._steps_left = command.value or float("inf")
                self._status = "running"
                self._reported = time.perf_counter()  # waiting does not count as training
                self._steps_reported = self._trainer.step_number
                self._report()
            case "restart":
                self._steps_left = 0
                self._restarts += 1
                self._losses, self._message, self._status = [], "", "paused"
                self._trainer.restart()
                self._report(snapshot=True)
            case "change":
                self._change(command.value)

    def _change(self, settings: Hyperparameters) -> None:
        before, self._status = self._status, "compiling"
        self._report()
        self._trainer.change(settings)
        self._trainer.warm_up()
        self._status = before
        self._report(snapshot=True)

    def _report(self, snapshot: bool = False, metadata: dict | None = None) -> None:
        now = time.perf_counter()
        steps = self._trainer.step_number - self._steps_reported
        if steps > 0:
            self._steps_per_second = steps / max(now - self._reported, 1e-9)
        shown = {}
        if snapshot:
            shown = self._trainer.snapshot()
            self._last_snapshot = time.perf_counter()
            self._snapshot_seconds = self._last_snapshot - now
        send(
            self._out,
            Report(
                run=self._restarts,
                status=self._status,
                step=self._trainer.step_number,
                steps_per_epoch=self._trainer.steps_per_epoch,
                losses=tuple(self._losses),
                steps_per_second=self._steps_per_second,
                snapshot=shown,
                metadata=metadata or {},
                message=self._message,
            ),
        )
        self._losses = []
        self._steps_reported, self._reported = self._trainer.step_number, time.perf_counter()


def main(task: str) -> None:
    """Prepare the task, then work until the other end is gone."""
    # What anything prints must not come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
    threading.Thread(target=_read_commands, args=(commands,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(5)  # the page comes first
    send(out, Report(0, "preparing"))
    first = commands.get()
    trainer = InteractiveTrainer(make_task(task), first.value)
    send(out, Report(0, "compiling"))
    trainer.warm_up()
    worker = Worker(trainer, commands, out)
    worker.introduce()
    while True:
        worker.work()


def _read_commands(commands: "queue.SimpleQueue[Command]") -> None:
    for command in receive(sys.stdin.buffer):
        commands.put(command)
    os._exit(0)  # also out of the middle of a step


if __name__ == "__main__":
    main(*sys.argv[1:])
