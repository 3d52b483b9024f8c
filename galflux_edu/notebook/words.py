"""Say what stopped a cell, in words for the student who wrote it."""

import linecache
import traceback
from collections.abc import Iterator
from pathlib import Path

CALL = 100  # characters that are shown of a call
NOTHING = " A function returned nothing: is the `return` missing?"


def unwritten(error: BaseException | None) -> str:
    """Return the name of the function that is not written yet, if that is what stopped a cell."""
    for each in _chain(error):
        if isinstance(each, NotImplementedError):
            return _places(each)[-1].name if _places(each) else "this cell"
    return ""


def explain(error: BaseException, masked: tuple[str, ...], folder: Path) -> str:
    """Return what an exception means for the cell that it stopped.

    A test speaks for itself; any other exception is shown with its line and with the call that led
    to it.

    Parameters
    ----------
    error
        What the cell raised.
    masked
        Modules that cannot be imported where the notebook is graded.
    folder
        Where the student's notebook lies; nothing of it is there when the notebook is graded.
    """
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__} in line {error.lineno} of the cell: {error.msg}"
    text = str(error).strip()
    if isinstance(error, AssertionError) and text:
        return text
    if isinstance(error, ImportError) and _is_inside(error.name or "", masked):
        what = f"`{error.name}` is not there when this set is graded, nor here"
        return f"{what} ({_where(error)}): write what you need yourself."
    what = f"{type(error).__name__}{': ' if text else ''}{text}"
    return f"{what} ({_where(error)}).{_advice(error, folder)}"


def _where(error: BaseException) -> str:
    """Return the innermost line of the notebook that an error passed through, and the call.

    The line counts from the top of its cell.
    """
    places = _places(error)
    if not places:
        return "in this cell"
    first, last = places[0], places[-1]
    name = "this cell" if last.name == "<module>" else last.name
    where = f"line {last.lineno} of {name}"
    return where if last is first else f"{where}, in {_source(first)}"


def _places(error: BaseException) -> list[traceback.FrameSummary]:
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if "ipython-input" in frame.filename]


def _source(frame: traceback.FrameSummary) -> str:
    """Return the expression that a frame was at, on one line."""
    lines = linecache.getlines(frame.filename)[frame.lineno - 1 : frame.end_lineno]
    if not lines or frame.colno is None:
        return f"line {frame.lineno} of this cell"
    # Columns count bytes; the end first, where both are on one line.
    rows = [line.encode() for line in lines]
    rows[-1] = rows[-1][: frame.end_colno]
    rows[0] = rows[0][frame.colno :]
    text = " ".join(b"".join(rows).decode(errors="replace").split())
    return text if len(text) <= CALL else f"{text[: CALL - 3]}..."


def _is_inside(name: str, modules: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{each}.") for each in modules)


def _advice(error: BaseException, folder: Path) -> str:
    """Return a sentence on what to do, where that can be known."""
    if isinstance(error, TypeError | AttributeError) and "NoneType" in str(error):
        return NOTHING
    if isinstance(error, ImportError) and error.name:
        top = error.name.partition(".")[0]
        if (folder / f"{top}.py").exists() or (folder / top).is_dir():
            return f" `{top}` lies beside the notebook, and only the notebook is handed in."
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        name = error.filename
        if not Path(name).is_absolute() and (folder / name).exists():
            return f" {name} lies beside the notebook, and only the notebook is handed in."
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
