"""A student's interpreter in a sandbox that survives its own death."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..callers import (
    CallAbortedError,
    exception_error,
    timeout_error,
    to_plain_value,
    type_error,
    undefined_error,
)
from . import protocol
from .client import DiedError, Reference, Worker
from .limits import GIB, Limits
from .outputs import length, safe_outputs

GRACE = 3.0  # seconds between the soft and the hard end of a student's time
RESTARTS = 60  # in one pass: a test cell and two runs of its check may each end it, ten times
SHOWN = 8  # all cells together show as much as so many cells may
STATES = ("ok", "error", "timeout")


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `demo` flags the long locked ones, which nobody needs."""

    source: str
    cell_id: str
    graded: bool
    demo: bool = False

    @property
    def id(self) -> str:
        """Return its name as notebooks call it."""
        return self.cell_id


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


class Interpreter:
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
        self._good = list[Cell]()
        self._left = dict.fromkeys(("cell", "call"), limits.total_seconds)
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
            return CellResult([_as_stdout(words)], death.state, time.monotonic() - began, words)
        state = reply.get("state") if reply.get("state") in STATES else "error"
        words = ""
        if state == "timeout":
            words = self._words("The cell", state, self._limits.cell_seconds)
            self._log.append(f"{cell.cell_id}: {words}")
        else:
            self._good.append(cell)
        outputs = safe_outputs(reply.get("outputs"), size)
        self._room = max(0, self._room - sum(map(length, outputs)))
        outputs += [_as_stdout(words)] if words else []
        return CellResult(outputs, state, time.monotonic() - began, words)

    def call(
        self,
        name: str,
        args: tuple,
        kwargs: dict[str, Any],
        references: tuple[str, ...] = (),
        reference: Reference | None = None,
    ) -> tuple[Any, bool]:
        """Return what the student's function returns, and whether it changed its arguments.

        Raises what `FunctionCaller` wants. The names `references` stand for functions that
        `reference` answers for.
        """
        raw: list[memoryview] = []
        given = {"args": protocol.encode(args, raw), "kwargs": protocol.encode(kwargs, raw)}
        seconds = self._limits.call_seconds
        asked = {"name": name, "seconds": seconds, "references": references, **given}
        request = {"do": "call", "with": asked}
        try:
            reply, raw_out = self._ask(request, raw, seconds, reference=reference)
        except DiedError as death:
            if death.state == "timeout":
                raise timeout_error(name, seconds) from None
            words = self._words(f"`{name}`", death.state, seconds)
            self._log.append(words)
            raise CallAbortedError(words) from None
        return self._value(name, reply, raw_out), reply.get("changed") is True

    def _value(self, name: str, reply: dict[str, Any], raw: bytes) -> Any:
        what = reply.get("what")
        words = [each for each in what if isinstance(each, str)] if isinstance(what, list) else []
        first, second = (*words, "", "")[:2]
        match reply.get("failed"):
            case None:
                try:
                    return to_plain_value(protocol.decode(reply.get("value"), raw), name)
                except protocol.ProtocolError:
                    raise type_error(name, "object", "object") from None
            case "missing":
                raise undefined_error(name)
            case "late":
                raise timeout_error(name, self._limits.call_seconds)
            case "kind":
                raise type_error(name, protocol.word(first), protocol.word(second))
            case _:
                text = "".join(c for c in second[:200] if c.isprintable())
                raise exception_error(name, protocol.word(first), text)

    def close(self) -> None:
        """End the interpreter."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _run(self, cell: Cell, size: int = 0) -> dict[str, Any]:
        seconds = min(self._limits.cell_seconds, max(self._left["cell"], 0.0))
        how = {"seconds": seconds, "size": size}
        request = {"do": "cell", "with": {"source": cell.source, **how}}
        # In JSON a character may take twelve bytes.
        return self._ask(request, [], seconds, 12 * size + protocol.JSON_BYTES)[0]

    def _ask(
        self,
        request: dict[str, Any],
        raw: list,
        seconds: int | float,
        json_bytes: int = protocol.JSON_BYTES,
        reference: Reference | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        if self._worker is None:
            self._revive()
        kind = request["do"]  # slow cells do not cost the calls their time
        if self._left[kind] <= 0 or self._worker is None:
            raise DiedError("skipped")
        began = time.monotonic()
        try:
            return self._worker.ask(request, raw, seconds + GRACE, json_bytes, reference)
        except DiedError:
            self.close()
            raise
        finally:
            self._left[kind] -= time.monotonic() - began

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


def _as_stdout(words: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": f"{words}\n"}
