"""One student's notebook in the sandbox: run its cells to be shown, and again to be called."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..handles import CallAbortedError, Handle, late, missing, no_number, plain, stopped
from . import wire
from .client import DiedError, Worker
from .limits import GIB, Limits
from .outputs import length, safe_outputs
from .pool import Starter

GRACE = 3.0  # seconds between the soft and the hard end of a student's time
RESTARTS = 30  # in one pass
SHOWN = 8  # all cells together show as much as so many cells may
STATES = ("ok", "error", "timeout")


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `demo` marks the long locked ones, which nobody needs."""

    source: str
    cell_id: str
    graded: bool
    demo: bool = False


@dataclass(frozen=True)
class CellResult:
    """What became of a cell.

    Parameters
    ----------
    outputs
        nbformat's output dicts, safe to show.
    state
        ``ok``, ``error``, ``timeout``, ``killed``, ``memory`` or ``skipped``.
    seconds
        How long it took.
    message
        A sentence for the student where the state is neither ``ok`` nor ``error``.
    """

    outputs: list[dict[str, Any]]
    state: str
    seconds: float
    message: str


class Pass:
    """An interpreter that survives its own death: what went well is run again in the next one.

    Parameters
    ----------
    start
        Returns a fresh worker.
    limits
        What it may use.
    log
        Sentences about what happened are appended to it.
    """

    def __init__(self, start: Callable[[], Worker], limits: Limits, log: list[str]):
        self._start, self._limits, self._log = start, limits, log
        self._left, self._good = limits.total_seconds, list[Cell]()
        self._room = SHOWN * limits.output_bytes
        self._worker: Worker | None = start()
        self.restarts = 0

    def run(self, cell: Cell) -> CellResult:
        """Run one cell."""
        if cell.demo:
            return CellResult([], "skipped", 0.0, "A long demonstration is not run here.")
        began, size = time.monotonic(), min(self._limits.output_bytes, self._room)
        try:
            reply = self._run(cell, size)
        except DiedError as death:
            words = self._words("The cell", death.state, self._limits.cell_seconds)
            self._log.append(f"{cell.cell_id}: {words}")
            return CellResult([_said(words)], death.state, time.monotonic() - began, words)
        state = reply.get("state") if reply.get("state") in STATES else "error"
        words = ""
        if state == "timeout":
            words = self._words("The cell", state, self._limits.cell_seconds)
            self._log.append(f"{cell.cell_id}: {words}")
        else:
            self._good.append(cell)
        outputs = safe_outputs(reply.get("outputs"), size)
        self._room = max(0, self._room - sum(map(length, outputs)))
        outputs += [_said(words)] if words else []
        return CellResult(outputs, state, time.monotonic() - began, words)

    def call(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Return what the student's function returns, or raise what `Handle` wants."""
        raw: list[memoryview] = []
        given = {"args": wire.encode(args, raw), "kwargs": wire.encode(kwargs, raw)}
        seconds = self._limits.call_seconds
        request = {"do": "call", "with": {"name": name, "seconds": seconds, **given}}
        try:
            reply, raw_out = self._ask(request, raw, seconds)
        except DiedError as death:
            if death.state == "timeout":
                raise late(name, seconds) from None
            words = self._words(f"`{name}`", death.state, seconds)
            self._log.append(words)
            raise CallAbortedError(words) from None
        return self._value(name, reply, raw_out)

    def _value(self, name: str, reply: dict[str, Any], raw: bytes) -> Any:
        what = reply.get("what")
        words = [each for each in what if isinstance(each, str)] if isinstance(what, list) else []
        first, second = (*words, "", "")[:2]
        match reply.get("failed"):
            case None:
                try:
                    return plain(wire.decode(reply.get("value"), raw), name)
                except wire.WireError:
                    raise no_number(name, "object", "object") from None
            case "missing":
                raise missing(name)
            case "late":
                raise late(name, self._limits.call_seconds)
            case "kind":
                raise no_number(name, wire.word(first), wire.word(second))
            case _:
                text = "".join(c for c in second[:200] if c.isprintable())
                raise stopped(name, wire.word(first), text)

    def renew(self) -> None:
        """Give what follows the whole time again: slow cells do not cost the calls."""
        self._left = self._limits.total_seconds

    def close(self) -> None:
        """End the interpreter."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _run(self, cell: Cell, size: int = 0) -> dict[str, Any]:
        seconds = min(self._limits.cell_seconds, max(self._left, 0.0))
        how = {"seconds": seconds, "size": size}
        request = {"do": "cell", "with": {"source": cell.source, **how}}
        # In JSON a character may take twelve bytes.
        return self._ask(request, [], seconds, 12 * size + wire.JSON_BYTES)[0]

    def _ask(
        self,
        request: dict[str, Any],
        raw: list,
        seconds: int | float,
        json_bytes: int = wire.JSON_BYTES,
    ) -> tuple[dict[str, Any], bytes]:
        if self._worker is None:
            self._revive()
        if self._left <= 0 or self._worker is None:
            raise DiedError("skipped")
        began = time.monotonic()
        try:
            return self._worker.ask(request, raw, seconds + GRACE, json_bytes)
        except DiedError:
            self.close()
            raise
        finally:
            self._left -= time.monotonic() - began

    def _revive(self) -> None:
        """Take a fresh interpreter and run the good cells again."""
        while self.restarts < RESTARTS and self._worker is None:
            self.restarts += 1
            self._worker = self._start()
            for cell in list(self._good):
                try:
                    self._run(cell)
                except DiedError:  # it was good once; now it is not
                    self._good.remove(cell)
                    break

    def _words(self, what: str, state: str, seconds: int | float) -> str:
        return {
            "timeout": f"{what} took longer than {seconds:g} s.",
            "memory": f"{what} took more than {self._limits.memory_bytes / GIB:.2g} GiB of memory.",
            "killed": f"{what} ended Python.",
            "skipped": f"{what} was not run: too much before it failed, or took too long.",
        }[state]


def _said(words: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": f"{words}\n"}


class Session(Handle):
    """Run one student's notebook in two sandboxes, and call its functions in the second.

    Parameters
    ----------
    isolation
        What `probe` returned.
    limits
        What each pass may use.
    masked
        Modules that hold the answers: they cannot be imported, and their files are not there.
    files
        A folder with data that the notebook may open, by the names in it.

    Examples
    --------
    >>> with Session(probe()) as session:  # doctest: +SKIP
    ...     shown = session.display(cells)
    ...     session.load(cells)
    ...     session("relu_forward", np.array([-1.0, 2.0]))
    """

    def __init__(
        self,
        isolation: str,
        limits: Limits | None = None,
        masked: tuple[str, ...] = (),
        files: Path | None = None,
    ):
        super().__init__()
        self.log: list[str] = []
        limits = limits or Limits()
        files = files.resolve() if files is not None else None
        self._starter = Starter(isolation, limits, tuple(masked), files)
        begin = partial(Pass, self._starter.start, limits, self.log)
        self._shown, self._loaded = begin(), begin()

    def display(self, cells: list[Cell]) -> list[CellResult]:
        """Run `cells` to show what they show: nothing hidden ever comes into this sandbox."""
        results = [self._shown.run(cell) for cell in cells]
        self._shown.close()
        return results

    def load(self, cells: list[Cell]) -> list[CellResult]:
        """Run `cells` in another sandbox, so that their functions can be called there."""
        results = [self._loaded.run(cell) for cell in cells]
        self._loaded.renew()
        return [CellResult([], each.state, each.seconds, each.message) for each in results]

    def invoke(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Return what the student's function returns."""
        return self._loaded.call(name, args, kwargs)

    @property
    def restarts(self) -> int:
        """Return how often an interpreter had to be replaced."""
        return self._shown.restarts + self._loaded.restarts

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.close()
        self._loaded.close()
        self._starter.close()
