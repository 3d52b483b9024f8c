"""The sandboxed end: run cells, call functions, answer in frames.

It stands alone: the grader starts it as ``python -I worker.py FD`` with nothing of its own
beside it but the files that it imports here.
"""

import contextlib
import importlib
import io
import os
import socket
import sys
import warnings
from typing import Any

# In the sandbox the shell lies beside this file, in the package in the room of the notebooks.
sys.path.insert(0, os.path.abspath(f"{__file__}/../../../notebook"))  # noqa: PTH100
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
import limits
import look
import seccomp
import shell as shells
import wire

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

    def serve(self) -> None:
        """Answer requests until the line ends."""
        # IPython answers to Ctrl-C by name; whatever is printed outside of cells goes nowhere.
        sys.stdin = io.StringIO()
        sys.stdout, sys.stderr = (shells.Stream(self.shell, name) for name in ("stdout", "stderr"))
        while True:
            try:
                request, raw_in = wire.receive(self.line, raw_bytes=1 << 32)
                raw: list[memoryview] = []
                if request["do"] == "cell":
                    answer = self.run_cell(**request["with"])
                else:
                    answer = self.call(raw_in, raw, **request["with"])
                wire.send(self.line, {"number": request["number"], **answer}, raw)
            except (wire.WireError, OSError):  # no grader, or a fork of ours, whose line is closed
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
    ) -> dict[str, Any]:
        """Call a function of the notebook and return its value, or how it failed.

        The bytes of arrays that come with the arguments and with the value are `raw_in` and `raw`.
        """
        function = self.shell.user_ns.get(name)
        if not callable(function):
            return {"failed": "missing"}
        try:
            with warnings.catch_warnings(action="ignore"), shells.time_limit(seconds):
                given = [self._given(value) for value in wire.decode(args, raw_in)]
                named = {key: self._given(v) for key, v in wire.decode(kwargs, raw_in).items()}
                value = wire.encode(function(*given, **named), raw)
                if sum(part.nbytes for part in raw) > wire.RAW_BYTES:
                    raise ValueError("the returned arrays are too large")
                return {"value": value}
        except shells.TimeUp:
            failed = {"failed": "late"}
        except wire.UnsendableError as error:
            failed = {"failed": "kind", "what": error.args}
        except BaseException as error:  # noqa: BLE001 - anything may go wrong in there
            failed = {"failed": "raised", "what": _described(error)}
        raw.clear()
        return failed

    def _given(self, value: Any) -> Any:
        """Return an argument; the dict {"function": name} stands for a function of the notebook."""
        if isinstance(value, dict) and set(value) == {"function"}:
            return self.shell.user_ns[value["function"]]
        return value


def _described(error: BaseException) -> list[str]:
    try:
        unwritten = isinstance(error, NotImplementedError)
        kind = "NotImplementedError" if unwritten else f"{type(error).__name__}"
        return [kind, str(error).partition("\n")[0][:200]]
    except BaseException:  # noqa: BLE001 - its class and its __str__ are the student's too
        return ["object", ""]


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
    seen = look.look(**options["look"]) if options["look"] else {}
    seen["filtered"] = seccomp.forbid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    options.clear()  # the names in it are not a student's business
    wire.send(line, seen)
    if hasattr(os, "register_at_fork"):  # a student's fork answers no questions
        os.register_at_fork(after_in_child=line.close)
    Worker(line, shell).serve()


def main(fd: int) -> None:
    """Be the only worker of this process; what to do comes as the first frame."""
    line = socket.socket(fileno=fd) if fd >= 0 else socket.fromshare(sys.stdin.buffer.read())
    begin(line, wire.receive(line)[0], warm(()))


if __name__ == "__main__":
    main(int(sys.argv[1]))
