"""Keep a warm process that forks workers, and start workers in the best way that works here."""

import atexit
import contextlib
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from . import bubblewrap
from .client import START_SECONDS, Worker
from .limits import Limits
from .processes import (
    Sandbox,
    StartError,
    options_of,
    start_bubblewrap,
    start_plain,
    verify_isolation,
)


class Zygote:
    """A warm first process that forks workers, each with a private sandbox in the sandbox."""

    def __init__(self, limits: Limits, masked: tuple[str, ...], files: Path | None):
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        where = (str(bubblewrap.PACKAGE.parent),)
        self._sandbox = Sandbox("zygote.py", where, theirs, limits, masked, files)
        self._files, self._lock = files, threading.Lock()
        self._ready = self.worked = False
        self.users = 0

    def start(self, limits: Limits) -> Worker:
        """Return a new worker."""
        line, theirs = socket.socketpair()
        options = options_of(limits, "/tmp/work", self._files, bubblewrap.DATA)  # noqa: S108
        try:
            line.settimeout(START_SECONDS)
            with theirs, self._lock:
                self._ready = self._ready or bool(self._control.recv(16))
                if not self._ready:
                    raise StartError(self._sandbox.complaint())
                request = json.dumps(options).encode()
                socket.send_fds(self._control, [request], [theirs.fileno()])
            kind, handles, _, _ = socket.recv_fds(line, 1, 1)
            if kind != b"P" or len(handles) != 1:
                raise StartError(line.recv(1000).decode(errors="replace") or "no process came")
            line.settimeout(None)
        except (OSError, StartError) as error:
            line.close()
            raise StartError(f"bubblewrap: {error}") from error
        self.worked = True
        (handle,) = handles
        return Worker(
            line, _pid_of(handle), partial(_end_fork, handle), limits.memory_bytes, verify_isolation
        )

    def close(self) -> None:
        """End it and all its forks."""
        self._control.close()
        self._sandbox.end()


def _pid_of(handle: int) -> int:
    for line in Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    raise StartError("bubblewrap: the new process has no number here")


def _end_fork(handle: int) -> None:
    with contextlib.suppress(OSError):
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    os.close(handle)


class Starter:
    """Start workers in the best way that works here; close it when no more are needed.

    Parameters
    ----------
    isolation
        ``"bubblewrap"`` or ``"none"``, as `probe` says.
    limits, masked, files
        As for a `Session`.
    """

    def __init__(self, isolation: str, limits: Limits, masked: tuple[str, ...], files: Path | None):
        self._limits, self._kind = limits, (limits.scratch_bytes, masked, files)
        self._plain: Callable = start_plain if isolation == "none" else start_bubblewrap
        self._zygote = None if isolation == "none" else ZYGOTES.take(self._kind, limits)

    def start(self) -> Worker:
        """Return a fresh worker; it may still be warming up."""
        for _ in range(2):  # a zygote that has worked before may be replaced once
            if self._zygote is None:
                break
            try:
                return self._zygote.start(self._limits)
            except StartError:
                self._zygote = ZYGOTES.replace(self._kind, self._zygote, self._limits)
        return self._plain(self._limits, *self._kind[1:])

    def close(self) -> None:
        """Say that no more workers are needed."""
        ZYGOTES.give_back(self._zygote)
        self._zygote = None


class Zygotes:
    """The warm zygotes of this process: those in use, and the last one."""

    def __init__(self) -> None:
        self._kept: dict[tuple, Zygote] = {}
        self._possible = True
        self._lock = threading.Lock()
        atexit.register(self.close)

    def take(self, kind: tuple, limits: Limits) -> Zygote | None:
        """Return the zygote of this kind, or None where zygotes do not work."""
        with self._lock:
            if not self._possible:
                return None
            for other in [each for each in self._kept if each != kind]:
                if not self._kept[other].users:
                    self._kept.pop(other).close()
            if kind not in self._kept:
                self._kept[kind] = Zygote(limits, *kind[1:])
            self._kept[kind].users += 1
            return self._kept[kind]

    def replace(self, kind: tuple, zygote: Zygote, limits: Limits) -> Zygote | None:
        """Return another in the place of one that failed, if it ever worked."""
        with self._lock:
            if self._kept.get(kind) is zygote:
                del self._kept[kind]
                zygote.close()
                self._possible = zygote.worked
        return self.take(kind, limits)

    def give_back(self, zygote: Zygote | None) -> None:
        """Say that one user of `zygote` is done; it stays warm for the next."""
        with self._lock:
            if zygote is not None:
                zygote.users -= 1

    def close(self) -> None:
        """End all of them."""
        while self._kept:
            self._kept.popitem()[1].close()


ZYGOTES = Zygotes()
