"""Read one mutated frame as the grader does: as the answer of a worker that nobody trusts."""

import contextlib
import json
import math
import random
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import numpy as np

from galflux_edu.grading import StudentError, behaviour, compare, run_question
from galflux_edu.grading.callers import CallAbortedError, FunctionCaller
from galflux_edu.grading.checks import Behaviour, Question
from galflux_edu.grading.run import points
from galflux_edu.grading.sandbox import Cell, Limits, protocol
from galflux_edu.grading.sandbox.client import DiedError, Worker
from galflux_edu.grading.sandbox.interpreter import Interpreter

from .frames import Frame, mutant_frame
from .notebook_fuzz import checks_of
from .outcome import Cost, Outcome, time_limit

SECONDS = 10.0  # most that may pass; a busy computer is slow
# Of memory: so often what was sent, and what a socket is read with.
BYTES, TIMES = 3 << 19, 60
RTOL = 1e-6
LIMITS = Limits(output_bytes=10_000)
ROOM = 3000  # characters more than that may be shown: the words of the grader itself
MIMES = {"text/plain", "image/png", "image/jpeg"}
STATES = {"ok", "error", "timeout", "killed"}
SMALL = 60_000  # bytes that a socket takes without a reader
HELLO = protocol.HEADER.pack(2, 0) + b"{}"
EVERY = 10  # every so many calls a real check of the problem set is asked as well


def examine_frame(root: Path, name: str, seed: int, number: int) -> Outcome:
    """Let the grader take a mutated frame for the answer of a worker, and use what it holds."""
    frame, state = mutant_frame(seed, number), "failed"
    checks = checks_of(root, name)
    _warm()
    with _line() as (ours, theirs), time_limit(SECONDS) as cost:
        _send(theirs, frame.content)
        with _tracing(cost, len(frame.content)):
            asked = Interpreter(lambda: _worker(ours), LIMITS, [])
            if frame.is_call:
                answer = _Answer(asked)
            else:
                result = asked.run(Cell("", "c0", graded=False, demo=False))
            asked.close()
        if frame.is_call:
            cost.faults += _call_violations(answer, frame)
            if number % EVERY == 0:
                cost.faults += _check_violations(answer, checks, number // EVERY)
            state = "refused" if answer.error else "read"
        else:
            cost.faults += _cell_violations(result.outputs, result.state)
            state = "read" if result.state in ("ok", "error") else "refused"
    state = "failed" if cost.faults else state
    return Outcome(number, frame.kinds, state, cost.seconds, faults=tuple(cost.faults))


@cache
def _warm() -> None:
    """Let nbformat load its schemas, before any time is taken."""
    nbformat.validate(nbformat.v4.new_output("stream"), ref="stream", version=4)


@contextlib.contextmanager
def _tracing(cost: Cost, length: int) -> Iterator[None]:
    """Look at the memory that reading a frame of this length takes."""
    tracemalloc.start()
    try:
        yield
        taken = tracemalloc.get_traced_memory()[1]
        if taken > BYTES + TIMES * length:
            cost.faults.append(f"{length} bytes took {taken / 1e6:.0f} MB of memory")
    finally:
        tracemalloc.stop()


def examine_stall(root: Path, name: str, seed: int, number: int) -> Outcome:
    """Let a worker send a mutated frame in pieces, and then say nothing for ever."""
    rng = random.Random(f"stall {seed} {number}")  # noqa: S311 - it has to be the same again
    content, state = mutant_frame(seed, number).content[:SMALL], "refused"
    with _line() as (ours, theirs), time_limit(SECONDS) as cost:
        sender = threading.Thread(target=_drip, args=(theirs, content, rng))
        sender.start()
        with contextlib.suppress(DiedError):
            _worker(ours).ask({"do": "call"}, [], 0.05)
            state = "read"
        sender.join()
    state = "failed" if cost.faults else state
    return Outcome(number, ("line: stalls",), state, cost.seconds, faults=tuple(cost.faults))


@contextlib.contextmanager
def _line() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(HELLO)
        yield ours, theirs


def _worker(line: socket.socket) -> Worker:
    """Return the grader's end of a worker that has no process."""
    return Worker(line, 0, lambda: None, LIMITS.memory_bytes)


def _send(line: socket.socket, content: bytes) -> None:
    """Send it all and nothing more; the receiver may close the connection."""

    def send() -> None:
        with contextlib.suppress(OSError):
            line.sendall(content)
            line.shutdown(socket.SHUT_WR)

    if len(content) < SMALL:
        send()
    else:
        threading.Thread(target=send).start()


def _drip(line: socket.socket, content: bytes, rng: random.Random) -> None:
    pieces = rng.randint(1, 5)
    size = len(content) // pieces + 1
    with contextlib.suppress(OSError):
        for i in range(pieces):
            line.sendall(content[i * size : (i + 1) * size])
            time.sleep(rng.random() * 0.02)


class _Answer(FunctionCaller):
    """Give the one answer to every call."""

    def __init__(self, asked: Interpreter):
        super().__init__()
        self.value, self.error = None, ""
        try:
            self.value, _ = asked.call("f", (), {})
        except (StudentError, CallAbortedError) as error:
            self.error = str(error)

    def invoke(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        if self.error:
            raise StudentError(self.error)
        return self.value


def _call_violations(answer: _Answer, frame: Frame) -> Iterator[str]:
    """Yield whether the value is of another kind than it may be, or gains what it must not."""
    if not answer.error and not _is_plain(answer.value):
        yield f"a value of the kind {type(answer.value).__name__} has come through"
    expected = _numbers(frame.value)
    check = Question("frame", ("f",), 0, partial(_compared, expected))
    gained = points(run_question(check, answer, 0))
    right = not answer.error and _is_right(answer.value, expected)
    if gained and not right:
        yield f"a wrong value gains a point: {str(answer.value)[:200]}"
    if right and frame.kinds == ("none",) and not gained:
        yield f"a right value gains no point: {str(answer.value)[:200]}"


def _compared(expected: Any, call: FunctionCaller, _: np.random.Generator) -> Iterator[Behaviour]:
    yield behaviour("value", 1, lambda: compare(np.asarray(call("f")), expected, RTOL, "the value"))


def _check_violations(answer: _Answer, checks: ModuleType, number: int) -> Iterator[str]:
    """Yield whether one answer to every call of a real check gains all that it is worth.

    A part of it a constant may deserve: zero is the right gap of a right layer.
    """
    check = list(checks.QUESTIONS.values())[number % len(checks.QUESTIONS)]
    gained = points(run_question(check, answer, number))
    if gained >= check.points:
        yield f"{check.grade_id}: {gained:g} points for {str(answer.value)[:200]}"


def _cell_violations(outputs: list[dict[str, Any]], state: str) -> Iterator[str]:
    if state not in STATES:
        yield f"the state of a cell is {state}"
    for output in outputs:
        nbformat.validate(output, ref=output["output_type"], version=4)
    shown = len(json.dumps(outputs, allow_nan=False, ensure_ascii=False).encode())
    if shown > 4 * LIMITS.output_bytes + ROOM:
        yield f"a cell that may show {LIMITS.output_bytes} bytes shows {shown}"
    if mimes := {mime for output in outputs for mime in output.get("data", {})} - MIMES:
        yield f"outputs of the kinds {sorted(mimes)} are shown"


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    if isinstance(value, np.ndarray):
        return type(value) is np.ndarray and value.dtype.kind in "biuf"
    return type(value) in (bool, int, float)


def _numbers(value: Any) -> np.ndarray:
    """Return what a check would compare with."""
    try:
        return np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return np.arange(3.0)


def _is_right(got: Any, expected: np.ndarray) -> bool:
    """Return whether the numbers are the same: entry by entry in Python, without NumPy's help."""
    want = expected.ravel().tolist()
    have = list(_entries(got))
    if len(have) != len(want):
        return False
    most = RTOL * (max(map(abs, filter(math.isfinite, want)), default=0.0) or 1.0)
    return all(
        number == right or (math.isfinite(right) and abs(number - right) <= most)
        for number, right in zip(have, want, strict=True)
    )


def _entries(value: Any) -> Iterator[float]:
    if isinstance(value, np.ndarray):
        value = value.tolist() if value.size else ()
    if isinstance(value, tuple | list):
        for item in value:
            yield from _entries(item)
    else:
        yield value
