"""One student's notebook in the sandbox: run its cells to be shown, and again to be called."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..callers import CallAbortedError, FunctionCaller
from ..checks import StudentError
from . import protocol
from .interpreter import Cell, CellResult, Interpreter
from .limits import Limits
from .pool import Starter


class Session(FunctionCaller):
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
    solution
        The cells with the right functions. They run in a sandbox of their own when the first of
        them is needed, and never in the student's, which asks for their values.

    Notes
    -----
    Used like this::

        with Session(probe()) as session:
            shown = session.display(cells)
            loaded = [session.load(cell) for cell in cells]
            session("relu_forward", np.array([-1.0, 2.0]))
    """

    def __init__(
        self,
        isolation: str,
        limits: Limits | None = None,
        masked: tuple[str, ...] = (),
        files: Path | None = None,
        solution: Sequence[Cell] = (),
    ):
        super().__init__()
        self.log: list[str] = []
        self._solution = solution
        limits = limits or Limits()
        files = files.resolve() if files is not None else None
        self._starter = Starter(isolation, limits, tuple(masked), files)
        self._begin = partial(Interpreter, self._starter.start, limits, self.log)
        self._shown, self._loaded = self._begin(), self._begin()
        self._right: Interpreter | None = None

    def display(self, cells: list[Cell]) -> list[CellResult]:
        """Run `cells` to show what they show: nothing hidden ever comes into this sandbox."""
        results = [self._shown.run(cell) for cell in cells]
        self._shown.close()
        return results

    def load(self, cell: Cell) -> CellResult:
        """Run the next cell in another sandbox, so that its functions can be called there."""
        return replace(self._loaded.run(cell), outputs=[])

    def invoke(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Return what the student's function returns."""
        value, changed = self._loaded.call(
            name, args, kwargs, self.given, self._reference if self.given else None
        )
        if changed:
            self.changed.add(name)
        return value

    def _reference(self, asked: dict[str, Any], raw_in: bytes) -> tuple[dict, list[memoryview]]:
        """Answer a student's function that calls one of the right functions `given`."""
        raw: list[memoryview] = []
        try:
            name = asked["ask"]
            if name not in self.given:
                raise StudentError("it is not there to be called")
            args = protocol.decode(asked.get("args"), raw_in)
            kwargs = protocol.decode(asked.get("kwargs"), raw_in)
            if not (isinstance(args, tuple) and isinstance(kwargs, dict)):
                raise StudentError("its arguments cannot be read")
            # A dict would name a function of the solution, be it the answer to this very question.
            if any(isinstance(each, dict) for each in (*args, *kwargs.values())):
                raise StudentError("no function and no dict can be given to it")
            value, _ = self._reference_interpreter().call(name, args, kwargs)
            return {"value": protocol.encode(value, raw)}, raw
        except (StudentError, CallAbortedError, protocol.ProtocolError) as error:
            return {"failed": str(error)}, []
        except protocol.UnsendableError:  # no worker of ours asks like that
            return {"failed": "its arguments cannot be read"}, []

    def _reference_interpreter(self) -> Interpreter:
        if self._right is None:
            self._right = self._begin()
            for cell in self._solution:
                self._right.run(cell)
        return self._right

    @property
    def restarts(self) -> int:
        """Return how often an interpreter had to be replaced."""
        return self._shown.restarts + self._loaded.restarts

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        for interpreter in filter(None, (self._shown, self._loaded, self._right)):
            interpreter.close()
        self._starter.close()
