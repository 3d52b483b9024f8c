"""The training process: ``python -m galflux_edu.live.worker TASK`` and messages in and out.

It ends with the process that started it, however that ends: then nobody writes to its standard
input any more, and it reads the end of the file.
"""

import os
import queue
import sys
import threading
import time
from typing import IO

from ..errors import InputError
from .liverun import InteractiveTrainer, Settings
from .messages import Command, Snapshot, receive, send
from .tasks import make_task

SECONDS_BETWEEN_REPORTS = 0.3
SHARE_OF_LOOKING = 0.1  # of the time; the rest is for training


class Worker:
    """Train by command, and report.

    Parameters
    ----------
    run
        What is trained.
    commands
        Where commands come in.
    out
        Where reports go.
    """

    def __init__(
        self, run: InteractiveTrainer, commands: "queue.SimpleQueue[Command]", out: IO[bytes]
    ):
        self._run, self._commands, self._out = run, commands, out
        self._number, self._status, self._message = 0, "paused", ""
        self._steps_left: float = 0  # infinity while it plays
        self._losses: list[float] = []
        self._reported = self._looked = time.perf_counter()
        self._look_seconds = self._rate = 0.0
        self._steps_reported = 0

    def introduce(self) -> None:
        """Report what does not change."""
        task = self._run.task
        facts = {"true": task.validation[1], "baselines": dict(task.baselines)}
        self._report(look=True, facts=facts)

    def work(self) -> None:
        """Obey one command, or wait for one, or take a step."""
        waiting = not self._steps_left
        try:
            self._obey(self._commands.get(block=waiting))
            return
        except queue.Empty:
            pass
        try:
            losses = self._run.advance(self._steps_left)
        except InputError as error:
            self._steps_left, self._status, self._message = 0, "broken", str(error)
            self._report()
            return
        self._losses += losses
        self._steps_left -= len(losses)
        if not self._steps_left:
            self._status = "paused"
            self._report(look=True)
        elif time.perf_counter() - self._reported > SECONDS_BETWEEN_REPORTS:
            idle = time.perf_counter() - self._looked
            self._report(look=idle > self._look_seconds / SHARE_OF_LOOKING)

    def _obey(self, command: Command) -> None:
        match command.name:
            case "pause":
                self._steps_left = 0
                self._status = "broken" if self._status == "broken" else "paused"
                self._report(look=True)
            case "play" | "steps" if self._status != "broken":
                self._steps_left = command.value or float("inf")
                self._status = "running"
                self._reported = time.perf_counter()  # waiting does not count as training
                self._steps_reported = self._run.step_number
                self._report()
            case "restart":
                self._steps_left = 0
                self._number += 1
                self._losses, self._message, self._status = [], "", "paused"
                self._run.restart()
                self._report(look=True)
            case "change":
                self._change(command.value)

    def _change(self, settings: Settings) -> None:
        before, self._status = self._status, "compiling"
        self._report()
        self._run.change(settings)
        self._run.rehearse()
        self._status = before
        self._report(look=True)

    def _report(self, look: bool = False, facts: dict | None = None) -> None:
        now = time.perf_counter()
        steps = self._run.step_number - self._steps_reported
        if steps > 0:
            self._rate = steps / max(now - self._reported, 1e-9)
        seen = {}
        if look:
            seen = self._run.look()
            self._looked = time.perf_counter()
            self._look_seconds = self._looked - now
        send(
            self._out,
            Snapshot(
                run=self._number,
                status=self._status,
                step=self._run.step_number,
                steps_per_epoch=self._run.steps_per_epoch,
                losses=tuple(self._losses),
                steps_per_second=self._rate,
                seen=seen,
                facts=facts or {},
                message=self._message,
            ),
        )
        self._losses = []
        self._steps_reported, self._reported = self._run.step_number, time.perf_counter()


def main(task: str) -> None:
    """Prepare the task, then work until the other end is gone."""
    # What anything prints must not come between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(commands,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(5)  # the page comes first
    send(out, Snapshot(0, "preparing"))
    first = commands.get()
    run = InteractiveTrainer(make_task(task), first.value)
    send(out, Snapshot(0, "compiling"))
    run.rehearse()
    worker = Worker(run, commands, out)
    worker.introduce()
    while True:
        worker.work()


def _listen(commands: "queue.SimpleQueue[Command]") -> None:
    for command in receive(sys.stdin.buffer):
        commands.put(command)
    os._exit(0)  # also out of the middle of a step


if __name__ == "__main__":
    main(*sys.argv[1:])
