"""Start processes: a bubblewrap for one worker or for many, or a plain worker without any."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from . import bubblewrap, protocol
from .client import START_SECONDS, Worker
from .limits import Limits
from .proc import tasks_of_this_user, tree
from .verify import expected_view, verify_isolation

# Bubblewrap dies with the *thread* that started it, so one thread that stays starts them all.
_starter = ThreadPoolExecutor(1, thread_name_prefix="sandbox")


class StartError(Exception):
    """Say in a sentence why no sandbox started."""


def _popen(command: list[str], fds: tuple[int, ...], **more: Any) -> subprocess.Popen:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    return _starter.submit(
        subprocess.Popen, command, pass_fds=fds, **(quiet | {"stderr": subprocess.DEVNULL} | more)
    ).result()


def options_of(limits: Limits, folder: str, files: Path | None, seen_at: Path | None) -> dict:
    """Return what a worker has to know."""
    names = [] if files is None else sorted(entry.name for entry in files.iterdir())
    return {
        "folder": folder,
        "files": {name: str((seen_at or Path()) / name) for name in names},
        "limits": asdict(limits),
        "path": str(bubblewrap.PACKAGE.parent),
        "masked": [],
        "view": expected_view(),
    }


class Sandbox:
    """One bubblewrap, started.

    Parameters
    ----------
    entry
        The file of this package that its first process runs.
    arguments
        What that file is given, behind the number of `line`.
    line
        The socket that it will find; it is closed here.
    """

    def __init__(
        self,
        entry: str,
        arguments: tuple[str, ...],
        line: socket.socket,
        limits: Limits,
        masked: tuple[str, ...] = (),
        files: Path | None = None,
    ):
        args, places = bubblewrap.arguments(limits, masked, files, entry == "zygote.py")
        file, fd = str(bubblewrap.INSIDE / entry), str(line.fileno())
        bare = ["-S"] if entry == "self_check.py" else []  # it needs no packages and starts at once
        inside = [sys.executable, "-I", *bare, file, fd, *arguments]
        plan = os.memfd_create("plan", 0)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - bubblewrap writes it, we read it
        try:
            os.write(plan, bubblewrap.plan(args, places))
            os.lseek(plan, 0, os.SEEK_SET)
            command, fds = bubblewrap.command(plan, inside), (plan, line.fileno())
            self.process = _popen(command, fds, env={}, stderr=self._errors, cwd="/")
        finally:
            os.close(plan)
            line.close()

    def complaint(self) -> str:
        """Return the last line of what bubblewrap had to say."""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it did not start"

    def end(self) -> None:
        """End everything in it."""
        self.process.kill()
        self.process.wait()
        self._errors.close()


def look_around(what: dict[str, list[str]]) -> dict[str, Any]:
    """Start a sandbox only to look around in it, and return what is seen; see `self_check`."""
    line, theirs = socket.socketpair()
    line.settimeout(START_SECONDS)
    with line:
        sandbox = Sandbox("self_check.py", (json.dumps(what),), theirs, Limits())
        try:
            with line.makefile("rb") as report:
                return json.loads(report.read())
        except (OSError, ValueError):
            sandbox.process.wait()
            raise StartError(f"bubblewrap: {sandbox.complaint()}") from None
        finally:
            sandbox.end()


def start_bubblewrap(limits: Limits, masked: tuple[str, ...], files: Path | None) -> Worker:
    """Return a worker that has a bubblewrap to itself."""
    line, theirs = socket.socketpair()
    options = options_of(limits, "/tmp/work", files, bubblewrap.DATA)  # noqa: S108
    protocol.send(line, options)
    sandbox = Sandbox("worker.py", (), theirs, limits, masked, files)
    return Worker(line, sandbox.process.pid, sandbox.end, limits.memory_bytes, verify_isolation)


def start_plain(limits: Limits, masked: tuple[str, ...], files: Path | None) -> Worker:
    """Return a worker that is a plain process: nothing is hidden from it."""
    scratch = tempfile.TemporaryDirectory(prefix="galflux-", ignore_cleanup_errors=True)
    limits = replace(limits, processes=limits.processes + tasks_of_this_user())
    options = options_of(limits, scratch.name, files, files) | {"masked": masked, "view": None}
    line, theirs = socket.socketpair()
    windows = sys.platform == "win32"
    fd = -1 if windows else theirs.fileno()
    command = [sys.executable, "-I", str(bubblewrap.HERE / "reaper.py"), str(fd)]
    protocol.send(line, options)
    process = _popen(
        command,
        () if windows else (fd,),
        env=_plain_environment(scratch.name),
        start_new_session=True,
        stdin=subprocess.PIPE,
        cwd=scratch.name,
    )
    if windows:
        process.stdin.write(theirs.share(process.pid))
    process.stdin.close()
    theirs.close()

    def end() -> None:
        _end_tree(process.pid)
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        scratch.cleanup()

    return Worker(line, process.pid, end, limits.memory_bytes)


def _end_tree(pid: int) -> None:
    """End a process and its descendants; they are stopped first, so that none has a child more."""
    found: set[int] = set()
    while fresh := set(tree(pid)) - found:
        found |= fresh
        _signal(fresh, getattr(signal, "SIGSTOP", signal.SIGTERM))
    _signal(found, getattr(signal, "SIGKILL", signal.SIGTERM))


def _signal(pids: set[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, number)


def _plain_environment(home: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    moved = {
        name: value.replace("/tmp", home)  # noqa: S108
        for name, value in bubblewrap.ENVIRONMENT.items()
        if name != "PATH"
    }
    return moved | kept | {"USERPROFILE": home, "TMPDIR": home, "TEMP": home}
