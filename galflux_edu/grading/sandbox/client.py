"""The grader's end of one worker: ask, wait for the answer, end it."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from . import protocol
from .watchdog import WATCHDOG, Clock

START_SECONDS = 60.0

# What a worker asks for, and its bytes, to what it gets.
Reference = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], list[memoryview]]]


def _no_reference(*_: Any) -> tuple[dict[str, Any], list[memoryview]]:
    return {"failed": "it is not there to be called"}, []


class DiedError(Exception):
    """Report that a worker is gone; `state` is ``killed``, ``timeout`` or ``memory``."""

    def __init__(self, state: str):
        super().__init__(state)
        self.state = state


class Worker:
    """One interpreter in a sandbox of its own.

    Parameters
    ----------
    line
        The socket to it.
    pid
        Its first process, as this machine counts; all its others descend from it.
    end
        Ends all its processes, and never fails.
    memory_bytes
        What they may hold together.
    verify
        Is given what the worker sees before it is used; raises if that is too much.
    """

    def __init__(
        self,
        line: socket.socket,
        pid: int,
        end: Callable[[], None],
        memory_bytes: int,
        verify: Callable[[dict[str, Any]], None] | None = None,
    ):
        self.line, self.pid, self.memory_bytes = line, pid, memory_bytes
        self._clock: Clock | None = None
        self._ready, self._verify, self._number = False, verify, 0
        self._end, self._lock = end, threading.Lock()
        self._cause: str | None = None
        WATCHDOG.watch(self)

    def ask(
        self,
        request: dict[str, Any],
        raw: list[memoryview],
        seconds: float,
        json_bytes: int = protocol.JSON_BYTES,
        reference: Reference | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        """Send a request and return the answer; after `seconds` the worker is killed.

        Until then the worker may ask back, where there is a `reference` to answer.

        Raises
        ------
        DiedError
            If the worker is gone, or said what no worker of ours says.
        """
        try:
            if not self._ready:
                self._clock = Clock(self.pid, START_SECONDS)
                seen = protocol.receive(self.line)[0]
                if self._verify is not None:
                    self._verify(seen)
                self._ready = True
            self._clock = Clock(self.pid, seconds)
            self._number += 1
            protocol.send(self.line, {"number": self._number, **request}, raw)
            while True:  # what comes from any other sender is ignored
                answer, raw_out = protocol.receive(self.line, json_bytes)
                if answer.get("number") != self._number:
                    continue
                if "ask" not in answer:
                    return answer, raw_out
                protocol.send(self.line, *(reference or _no_reference)(answer, raw_out))
        except (protocol.ProtocolError, OSError):
            self.kill("killed")
            raise DiedError(self._cause or "killed") from None
        finally:
            self._clock = None

    def is_late(self) -> bool:
        """Return whether it has taken longer over a request than it may."""
        clock = self._clock
        return clock is not None and clock.is_late()

    def kill(self, cause: str) -> None:
        """End all its processes; whoever waits for an answer learns of it at once."""
        with self._lock:
            if self._cause is not None:
                return
            self._cause = cause
            WATCHDOG.forget(self)
            self._end()
            with contextlib.suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it and let go of the line."""
        self.kill("closed")
        self.line.close()
