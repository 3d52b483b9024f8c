"""An IPython shell that keeps what a cell shows as notebook outputs, up to a size."""

import base64
import contextlib
import io
import signal
import threading
from collections.abc import Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type
from traitlets.config import Config

ENOUGH = "\n[what follows was cut off: the cell shows too much]\n"


class TimeUp(BaseException):
    """Stop student's code; not an Exception, so that ``except Exception`` lets it by."""


class Outputs(list):
    """What one cell shows, as nbformat's dicts; full at `size` characters."""

    def __init__(self, size: int):
        super().__init__()
        self.left = size

    def add(self, output: dict[str, Any], size: int) -> None:
        """Append `output` if there is room for it."""
        if size <= self.left:
            self.append(output)
            self.left -= size
        elif self.left >= 0:
            self._close()

    def write(self, stream: str, text: str) -> None:
        """Append text to the stream that was last written to, or begin another."""
        if self.left < 0:
            return
        cut = text[: self.left]
        if cut and self and self[-1].get("name") == stream:
            self[-1]["pieces"].append(cut)
        elif cut:
            self.append({"output_type": "stream", "name": stream, "pieces": [cut]})
        self.left -= len(cut)
        if len(cut) < len(text):
            self._close()

    def clear_now(self, wait: bool = False) -> None:
        """Forget what was shown so far; it does not make room again."""
        self.clear()

    def _close(self) -> None:
        self.left = -1
        self.append({"output_type": "stream", "name": "stdout", "pieces": [ENOUGH]})

    def finished(self) -> list[dict[str, Any]]:
        """Return the outputs with the pieces of each stream put together."""
        return [_joined(output) for output in self]


def _joined(output: dict[str, Any]) -> dict[str, Any]:
    output = dict(output)
    if "pieces" in output:
        output["text"] = _as_terminal("".join(output.pop("pieces")))
    return output


def _as_terminal(text: str) -> str:
    """Return the text after carriage returns: of a progress bar the last state only."""
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


class Stream(io.TextIOBase):
    """A writable text stream into the current cell's `Outputs`."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, shell: "Shell", name: str):
        self.shell, self.name = shell, name

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Show `text`."""
        if not isinstance(text, str):
            raise TypeError(f"write: needed a str; got {type(text).__name__}")
        self.shell.shown.write(self.name, text)
        return len(text)


class Results(DisplayHook):
    """Show the value of a cell's last expression as its result."""

    def write_output_prompt(self) -> None:
        """Write nothing: the notebook shows its own."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        """Keep the formats that the value has."""
        bundle = {"execution_count": self.prompt_count}
        _add_data(self.shell.shown, "execute_result", format_dict, bundle)

    def finish_displayhook(self) -> None:
        """Say that it was shown."""
        self._is_active = False


class Displays(DisplayPublisher):
    """Show what is displayed explicitly, such as figures."""

    def publish(self, data: dict, metadata: Any = None, source: Any = None, **_: Any) -> None:
        """Keep the formats of `data`."""
        _add_data(self.shell.shown, "display_data", data, {})

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown."""
        self.shell.shown.clear_now()


def _add_data(shown: Outputs, kind: str, data: dict, more: dict[str, Any]) -> None:
    data = {mime: _text(content) for mime, content in data.items()}
    size = sum(map(len, data.values()))
    shown.add({"output_type": kind, "data": data, "metadata": {}, **more}, size)


def _text(content: Any) -> str:
    if isinstance(content, bytes):
        return base64.b64encode(content).decode()
    return content if isinstance(content, str) else repr(content)


class Shell(InteractiveShell):
    """IPython without a terminal, a history file or a profile."""

    displayhook_class = Type(Results)
    display_pub_class = Type(Displays)
    shown = Instance(Outputs, (0,))

    hidden_errors: tuple[type, ...] = ()  # what stops a cell from outside

    def _showtraceback(self, etype: type, evalue: Any, stb: list[str]) -> None:
        if issubclass(etype, self.hidden_errors):
            return
        name, value = etype.__name__, str(evalue)
        error = {"output_type": "error", "ename": name, "evalue": value, "traceback": list(stb)}
        self.shown.add(error, len(value) + sum(map(len, stb)))

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Show figures in the notebook, whatever is asked for: there is no screen."""
        return super().enable_matplotlib("inline")

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing, for the same reason."""

    def _tee(self, channel: str) -> contextlib.AbstractContextManager:
        """Keep no second copy of what is written: that of IPython's history has no limit."""
        return contextlib.nullcontext()

    def show_usage_error(self, exc: Exception) -> None:
        """Show a magic's complaint."""
        self.shown.write("stderr", f"UsageError: {exc}\n")


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in here after so many seconds, where the system has an alarm clock."""
    here = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not here:
        yield
        return

    def ring(*_: Any) -> None:
        raise TimeUp

    handler = signal.signal(signal.SIGALRM, ring)
    # It rings again, for code that swallows it the first time.
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler or signal.SIG_IGN)


def make_shell() -> Shell:
    """Return a fresh shell, which is the one of this process from now on."""
    config = Config({"HistoryManager": {"enabled": False}, "Shell": {"colors": "nocolor"}})
    Shell.clear_instance()
    shell = Shell.instance(config=config)
    shell.hidden_errors = (TimeUp,)
    return shell
