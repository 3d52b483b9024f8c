"""One thread that watches every sandbox of this process: its time, and its memory all together.

Memory is what the processes of a sandbox hold of their own or share among each other, and the
buffers of their sockets, as `proc` reads them; where there is no ``/proc``, only the time is
watched.
"""

import threading
import time
from typing import Protocol, runtime_checkable

from .proc import memory_of, memory_of_sockets, tree, waits_of

EVERY = 0.05  # seconds: a machine fills about 0.1 GB in it


@runtime_checkable
class Watched(Protocol):
    """What the watchdog has to know of a sandbox."""

    pid: int
    memory_bytes: int

    def is_late(self) -> bool:
        """Return whether it has taken longer than it may."""

    def kill(self, cause: str) -> None:
        """End all processes of the sandbox; `cause` is ``"timeout"`` or ``"memory"``."""


class Clock:
    """The time that a process has for one request.

    A grade must not depend on what else the machine has to do: the time that a process waits for
    a processor is not held against it, up to three times what it may take.
    """

    MOST = 3

    def __init__(self, pid: int, seconds: float):
        self._pid, self._seconds = pid, seconds
        self._began = time.monotonic()
        # Read at the first look, 50 ms on: most requests have been answered by then.
        self._waits: dict[str, float] | None = None

    def is_late(self) -> bool:
        """Return whether the time is over."""
        if self._waits is None:
            self._waits = waits_of(self._pid)
        late = time.monotonic() - self._began - self._seconds
        return late > 0 and late > min(self._waited(self._waits), self.MOST * self._seconds)

    def _waited(self, before: dict[str, float]) -> float:
        """Return how long the thread has waited since that has waited the longest."""
        now = waits_of(self._pid)
        return max((each - before.get(task, 0.0) for task, each in now.items()), default=0.0)


class Watchdog:
    """Look at all that is watched every 50 ms."""

    def __init__(self) -> None:
        self._watched: set[Watched] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def watch(self, process: Watched) -> None:
        """Begin to watch `process`."""
        with self._lock:
            self._watched.add(process)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="watchdog")
                self._thread.start()

    def forget(self, process: Watched) -> None:
        """Watch `process` no longer."""
        with self._lock:
            self._watched.discard(process)

    def _run(self) -> None:
        while True:
            time.sleep(EVERY)
            with self._lock:
                watched = list(self._watched)
                if not watched:
                    self._thread = None
                    return
            for process in watched:
                self._look_at(process)

    def _look_at(self, process: Watched) -> None:
        if process.is_late():
            process.kill("timeout")
        elif _memory(process.pid) > process.memory_bytes:
            process.kill("memory")


def _memory(pid: int) -> int:
    return sum(map(memory_of, tree(pid))) + memory_of_sockets(pid)


WATCHDOG = Watchdog()
