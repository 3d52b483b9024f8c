"""Call a student's function by name: arrays and numbers in, plain arrays and numbers out.

`NamespaceCaller` calls it in this very process, ``sandbox.Session`` where it can reach nothing.
Both use the same sentences.
"""

import contextlib
import io
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from types import ModuleType
from typing import Any

import numpy as np

from ..testing.difference import NOTHING
from .checks import StudentError

TEXT = 80  # characters of a student's own error message that are shown


class CallAbortedError(Exception):
    """Say in a sentence why a function is not called again after this."""


class FunctionCaller:
    """Call a student's functions by name; whatever goes wrong becomes a `StudentError`.

    A function that was late, or that took the interpreter down, is not called again: the cases of
    its question that remain get the same sentence at once.

    Attributes
    ----------
    changed
        Names of the functions that have changed an array they were given.
    given
        Names of the student's functions in whose place right ones stand; see `with_references`.
    """

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.given: tuple[str, ...] = ()
        self._aborted: dict[str, str] = {}

    def invoke(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Return what it returns; raise `StudentError`, or `CallAbortedError` for good."""
        raise NotImplementedError

    def __call__(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Return what the function called `name` returns for these arguments."""
        if name not in self._aborted:
            try:
                return self.invoke(name, args, kwargs)
            except CallAbortedError as reason:
                self._aborted[name] = str(reason)
        raise StudentError(self._aborted[name])

    @contextlib.contextmanager
    def with_references(self, names: tuple[str, ...]) -> Iterator[None]:
        """Put right functions in the place of the student's own functions `names`, for a while.

        What was aborted before is tried again: it may have been the fault of one of them.
        """
        before, self._aborted, self.given = self._aborted, {}, names
        try:
            yield
        finally:
            self._aborted, self.given = before, ()


class _TimeUp(BaseException):
    """Stop the student's function; not an Exception, so that ``except Exception`` lets it by."""


class NamespaceCaller(FunctionCaller):
    """Call the functions of a module or of a notebook's namespace, in this very process.

    What the function is given are copies; what it prints or warns of is thrown away. It is no
    sandbox: the function can reach everything that this process can.

    Parameters
    ----------
    namespace
        The module, or the dict of names such as ``globals()``.
    seconds
        How long one call may take, where the system has an alarm clock (not on Windows, and only
        in the main thread).
    references
        Returns the right functions by name; called when the first of them is needed.
    """

    def __init__(
        self,
        namespace: ModuleType | MutableMapping[str, Any],
        seconds: int | float = 10.0,
        references: Callable[[], Mapping[str, Callable]] = dict,
    ):
        super().__init__()
        self.namespace = vars(namespace) if isinstance(namespace, ModuleType) else namespace
        self.seconds = seconds
        self._references = references

    def invoke(self, name: str, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Return what the function returns."""
        function = self.namespace.get(name)
        if not callable(function):
            raise undefined_error(name)
        args, kwargs = _copy(args), _copy(kwargs)
        before = _copy((*args, *kwargs.values()))
        try:
            with _quiet(), self._right_functions(), _time_limit(self.seconds):
                value = to_plain_value(function(*args, **kwargs), name)
            if not all(map(_equal, before, (*args, *kwargs.values()))):
                self.changed.add(name)
            return value
        except _TimeUp:
            raise timeout_error(name, self.seconds) from None
        except StudentError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - anything may go wrong in there
            unwritten = isinstance(error, NotImplementedError)
            kind = "NotImplementedError" if unwritten else type(error).__name__
            raise exception_error(name, kind, str(error)) from None

    @contextlib.contextmanager
    def _right_functions(self) -> Iterator[None]:
        """Bind the names of `given` to right functions."""
        if not self.given:
            yield
            return
        right = {name: each for name, each in self._references().items() if name in self.given}
        own = {name: self.namespace[name] for name in right if name in self.namespace}
        self.namespace.update(right)
        try:
            yield
        finally:
            for name in right:
                del self.namespace[name]
            self.namespace.update(own)


def undefined_error(name: str) -> StudentError:
    """Return what to raise where there is no such function."""
    return StudentError(f"`{name}` is not defined: keep the name and run its cell.")


def timeout_error(name: str, seconds: int | float) -> CallAbortedError:
    """Return what to raise where a function took too long."""
    return CallAbortedError(f"`{name}` took longer than {seconds:g} s.")


def exception_error(name: str, kind: str, text: str) -> StudentError:
    """Return what to raise where a function raised an exception of this kind with this text."""
    if kind == "NotImplementedError":
        return StudentError(f"`{name}` is not written yet.")
    text = text.partition("\n")[0]
    text = text if len(text) <= TEXT else text[: TEXT - 3] + "..."
    start = f"`{name}` stopped with {kind}"
    return StudentError(f"{start}: {text}" if text else start)


def type_error(name: str, kind: str, dtype: str) -> StudentError:
    """Return what to raise where a function returned neither an array nor a number."""
    return StudentError(f"`{name}`: needed an array or a number; got {kind} of dtype {dtype}.")


def to_plain_value(value: Any, name: str) -> Any:
    """Return `value` as a NumPy array of real numbers, a Python scalar, or a tuple or list of them.

    Anything with ``__array__`` is taken (a JAX array, a torch tensor); an array of no axes becomes
    a Python scalar.
    """
    if value is None:
        raise StudentError(f"`{name}`: needed an array or a number; got {NOTHING}.")
    if isinstance(value, tuple | list):
        kind = list if isinstance(value, list) else tuple
        return kind(to_plain_value(item, name) for item in value)
    if type(value) in (bool, int, float):
        return value
    array = np.array(value)  # a copy, and no subclass
    if array.dtype.kind not in "biuf":
        raise type_error(name, type(value).__name__, str(array.dtype))
    return array if array.shape else array.item()


def _copy(value: Any) -> Any:
    """Copy arrays in tuples, lists and dicts; functions and scalars go as they are."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(_copy, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def _equal(before: Any, after: Any) -> bool:
    """Return whether an argument is still what it was; only arrays can be told apart."""
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and before.tobytes() == after.tobytes()
    if isinstance(before, tuple | list):
        return len(before) == len(after) and all(map(_equal, before, after))
    return True


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Throw away what is printed and warned: on stderr it would cost a graded cell its points."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(action="ignore"),
    ):
        yield


@contextlib.contextmanager
def _time_limit(seconds: int | float) -> Iterator[None]:
    in_main = threading.current_thread() is threading.main_thread()
    if not (in_main and hasattr(signal, "setitimer")):
        yield
        return

    def ring(*_: Any) -> None:
        raise _TimeUp

    before: Callable | int | None = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
