"""The sandboxed end: run cells, call functions, answer in frames.

It stands alone: the grader starts it as ``python -I worker.py FD`` with nothing of its own
beside it but the files that it imports here.
"""

import contextlib
import importlib
import io
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

# In the sandbox the shell lies beside this file, in the package in the room of the notebooks.
sys.path.insert(0, os.path.abspath(f"{__file__}/../../../notebook"))  # noqa: PTH100
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
import limits
import protocol
import seccomp
import self_check
import shell as shells

del sys.path[:2]

WARM = (
    "numpy",
    "scipy.special",
    "jax",
    "matplotlib.pyplot",
    "galflux_edu.plots",
    "galflux_edu.sky",
)


def warm(modules: tuple[str, ...] = WARM) -> shells.Shell:
    """Import what most notebooks import; no JAX backend is touched, so that forks live."""
    for name in modules:
        with contextlib.suppress(Exception), warnings.catch_warnings(action="ignore"):
            importlib.import_module(name)
    return shells.make_shell()


class Worker:
    """One notebook's interpreter.

    Parameters
    ----------
    line
        The socket to the grader.
    shell
        A fresh shell.
    """

    def __init__(self, line: socket.socket, shell: shells.Shell):
        self.line, self.shell = line, shell
        self._number, self._asking = 0, threading.Lock()

    def serve(self) -> None:
        """Answer requests until the line ends."""
        # IPython answers to Ctrl-C by name; whatever is printed outside of cells goes nowhere.
        sys.stdin = io.StringIO()
        sys.stdout, sys.stderr = (shells.Stream(self.shell, name) for name in ("stdout", "stderr"))
        while True:
            try:
                request, raw_in = protocol.receive(self.line, raw_bytes=1 << 32)
                if "do" not in request:  # the answer to a question that nobody here asked
                    continue
                raw: list[memoryview] = []
                self._number = request["number"]
                if request["do"] == "cell":
                    answer = self.run_cell(**request["with"])
                else:
                    answer = self.call(raw_in, raw, **request["with"])
                protocol.send(self.line, {"number": request["number"], **answer}, raw)
            except (
                protocol.ProtocolError,
                OSError,
            ):  # no grader, or a fork of ours, whose line is closed
                os._exit(0)

    def run_cell(self, source: str, seconds: float, size: int) -> dict[str, Any]:
        """Run one cell and return what became of it."""
        self.shell.shown = shown = shells.Outputs(size)
        state = "ok"
        try:
            with shells.time_limit(seconds):
                result = self.shell.run_cell(source, store_history=True)
            error = result.error_before_exec or result.error_in_exec
        except shells.TimeUp as late:  # it rang outside of the cell's own code
            error = late
        if error is not None:
            state = "timeout" if isinstance(error, shells.TimeUp) else "error"
        self.shell.shown = shells.Outputs(0)  # what threads print from now on is lost
        return {"state": state, "outputs": shown.finished()}

    def call(
        self,
        raw_in: bytes,
        raw: list[memoryview],
        name: str,
        args: Any,
        kwargs: Any,
        seconds: float,
        references: list[str],
    ) -> dict[str, Any]:
        """Call a function of the notebook and return its value, or how it failed.

        The bytes of arrays that come with the arguments and with the value are `raw_in` and `raw`.
        While it runs, the names `references` stand for functions that the grader answers for.
        """
        function = self.shell.user_ns.get(name)
        if not callable(function):
            return {"failed": "missing"}
        try:
            given = [self._given(value) for value in protocol.decode(args, raw_in)]
            named = {key: self._given(v) for key, v in protocol.decode(kwargs, raw_in).items()}
            before = _bytes_of((*given, *named.values()))
            with (
                warnings.catch_warnings(action="ignore"),
                self._references(references),
                shells.time_limit(seconds),
            ):
                value = protocol.encode(function(*given, **named), raw)
            if sum(part.nbytes for part in raw) > protocol.RAW_BYTES:
                raise ValueError("the returned arrays are too large")
            return {"value": value, "changed": _bytes_of((*given, *named.values())) != before}
        except shells.TimeUp:
            failed = {"failed": "late"}
        except protocol.UnsendableError as error:
            failed = {"failed": "kind", "what": error.args}
        except BaseException as error:  # noqa: BLE001 - anything may go wrong in there
            failed = {"failed": "raised", "what": _described(error)}
        raw.clear()
        return failed

    @contextlib.contextmanager
    def _references(self, names: list[str]) -> Iterator[None]:
        """Bind `names` to functions that ask the grader, and bind them back at the end."""
        own = {name: self.shell.user_ns[name] for name in names if name in self.shell.user_ns}
        self.shell.user_ns.update({name: partial(self._ask, name) for name in names})
        try:
            yield
        finally:
            for name in names:
                del self.shell.user_ns[name]
            self.shell.user_ns.update(own)

    def _ask(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Return what the grader's function `name` returns for these arguments."""
        raw: list[memoryview] = []
        asked = {"args": protocol.encode(args, raw), "kwargs": protocol.encode(kwargs, raw)}
        # The alarm must not ring between a question and its answer: the next one would be its.
        with self._asking, _alarm_held():
            protocol.send(self.line, {"number": self._number, "ask": name, **asked}, raw)
            answer, raw_in = protocol.receive(self.line, raw_bytes=1 << 32)
        if "failed" in answer:
            raise RuntimeError(f"{name}: {answer['failed']}")
        return protocol.decode(answer["value"], raw_in)

    def _given(self, value: Any) -> Any:
        """Return an argument; the dict {"function": name} stands for a function of the notebook."""
        if isinstance(value, dict) and set(value) == {"function"}:
            return self.shell.user_ns[value["function"]]
        return value


def _bytes_of(values: tuple) -> list[bytes]:
    """Return the bytes of the arrays among the arguments of a call."""
    return [value.tobytes() for value in values if isinstance(value, np.ndarray)]


def _described(error: BaseException) -> list[str]:
    try:
        unwritten = isinstance(error, NotImplementedError)
        kind = "NotImplementedError" if unwritten else f"{type(error).__name__}"
        return [kind, str(error).partition("\n")[0][:200]]
    except BaseException:  # noqa: BLE001 - its class and its __str__ are the student's too
        return ["object", ""]


@contextlib.contextmanager
def _alarm_held() -> Iterator[None]:
    """Let the alarm ring after this, not in it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin(line: socket.socket, options: dict[str, Any], shell: shells.Shell) -> None:
    """Bind this process to its limits, look around, and serve; it never returns."""
    os.chdir(options["folder"])
    for name, path in options["files"].items():
        os.symlink(path, name)  # noqa: PTH211
    for module in options["masked"]:
        sys.modules[module] = None  # where files cannot be hidden, at least the import fails
    if options["path"] not in sys.path:
        sys.path.append(options["path"])
    limits.bind(limits.Limits(**options["limits"]))
    seen = self_check.look_around(**options["view"]) if options["view"] else {}
    seen["filtered"] = seccomp.forbid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    options.clear()  # the names in it are not a student's business
    protocol.send(line, seen)
    if hasattr(os, "register_at_fork"):  # a student's fork answers no questions
        os.register_at_fork(after_in_child=line.close)
    Worker(line, shell).serve()


def main(fd: int) -> None:
    """Be the only worker of this process; what to do comes as the first frame."""
    line = socket.socket(fileno=fd) if fd >= 0 else socket.fromshare(sys.stdin.buffer.read())
    begin(line, protocol.receive(line)[0], warm(()))


if __name__ == "__main__":
    main(int(sys.argv[1]))
