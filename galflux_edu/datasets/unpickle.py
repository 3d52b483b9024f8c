"""Read a pickle as data. A pickle is a program: here it is read and never run.

A pickle asks for functions by name and has them called. `read_pickle` hands out a blank form in
their place: whatever is "called" is only written down. Names that arrays, tables and tensors do
not need are refused outright, and the arrays are then built from the forms by the plain code
below. No function of NumPy, pandas or PyTorch is ever called on behalf of the file, which also
makes the file's own versions of them irrelevant.
"""

import gzip
import io
import math
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InputError
from .pickle_names import KNOWN, TORCH_MAGIC, TORCH_TYPES

UNPACKED_LIMIT = 2**30  # bytes; the largest gzipped source unpacks to less than 0.75 GB


def read_pickle(path: Path | str) -> Any:
    """Return the arrays, tables and plain values of a pickle, running nothing in it.

    Parameters
    ----------
    path
        A pickle of protocol 3 or later, gzipped if its name ends in ``.gz``, that holds a NumPy
        array or a pandas frame, or a tuple, list or dict of them. The cells of a frame may be
        arrays and PyTorch tensors; tensors come back as arrays, a series as a frame of one column.

    Raises
    ------
    InputError
        If the pickle asks for anything else, is damaged, or unpacks to more than
        `UNPACKED_LIMIT` bytes.
    """
    path = Path(path)
    try:
        with path.open("rb") as raw:
            if path.suffix == ".gz":
                reason = f"{path}: needed at most {UNPACKED_LIMIT} bytes once unpacked; got more"
                file = _Limited(gzip.GzipFile(fileobj=raw), UNPACKED_LIMIT, InputError(reason))
            else:
                file = _Limited(raw, path.stat().st_size + 1, EOFError("it ends early"))
            value = _Reader(file).load()
            file.read(1)  # to the end, where gzip has its checksum
            return _built(value)
    except _ForbiddenNameError as error:
        raise InputError(
            f"{path}: needed a pickle of arrays and tables only; got one that asks for {error}"
        ) from None
    except InputError:
        raise
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise InputError(f"{path}: needed a pickle to read; got '{error.strerror}'") from error
    except Exception as error:  # damage can make the reader stumble anywhere
        raise InputError(f"{path}: needed a whole pickle; got a damaged one") from error


class _ForbiddenNameError(Exception):
    """The name of something a pickle of data has no need to ask for."""


class _Form:
    """A call that a pickle asked for: its arguments and the state it set, neither acted upon."""

    __slots__ = ("args", "built", "state")
    role = "name"

    def __new__(cls, *args: Any) -> "_Form":
        form = object.__new__(cls)
        form.args, form.state, form.built = args, None, None
        return form

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Reader(pickle._Unpickler):
    """The standard reader of pickles, with blank forms for all functions and classes.

    This is the one written in Python: the one in C reserves as much memory as a file tells it to.
    """

    def find_class(self, module: str, name: str) -> type[_Form]:
        if (module, name) not in KNOWN:
            raise _ForbiddenNameError(f"{module}.{name}")
        # A class of its own for every request, so that nothing a file does to it lasts.
        return type(name, (_Form,), {"__slots__": (), "role": KNOWN[module, name]})

    def persistent_load(self, pid: Any) -> Any:
        return pid  # PyTorch describes a storage in this way


class _Limited:
    """A file that refuses to give more than `left` bytes in all."""

    def __init__(self, file: io.BufferedIOBase, left: int, refusal: Exception) -> None:
        self.file, self.left, self.refusal = file, left, refusal

    def read(self, size: int) -> bytes:
        return self._count(self.file.read(size) if size <= self.left else None)

    def readline(self) -> bytes:
        return self._count(self.file.readline(self.left + 1))

    def _count(self, data: bytes | None) -> bytes:
        if data is None or len(data) > self.left:
            raise self.refusal
        self.left -= len(data)
        return data


def _built(value: Any) -> Any:
    """Return what a form, or the forms in a tuple, list or dict, describe."""
    if isinstance(value, tuple | list):
        return type(value)(_value(item) for item in value)
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    return _value(value)


def _value(form: Any) -> Any:
    if not isinstance(form, _Form):
        return form
    if form.built is None:  # built once, however often the file refers to it
        form.built = _BUILDERS[form.role](form)
    return form.built


def _array(form: _Form) -> np.ndarray:
    *_, shape, dtype, fortran, data = form.state
    return _shaped(data, _value(dtype), shape, "F" if fortran else "C")


def _buffer(form: _Form) -> np.ndarray:
    data, dtype, shape, order = form.args
    return _shaped(data, _value(dtype), shape, order)


def _shaped(data: Any, dtype: np.dtype, shape: tuple, order: str) -> np.ndarray:
    if dtype.kind != "O":
        return np.frombuffer(data, dtype).reshape(shape, order=order)
    cells = np.empty(len(data), object)
    for i, item in enumerate(data):
        cells[i] = _value(item)
    return cells.reshape(shape, order=order)


def _dtype(form: _Form) -> np.dtype:
    code = form.args[0]
    if not re.fullmatch(r"[biufSUO]\d+", code):
        raise _ForbiddenNameError(f"values of type {code!r}")
    order = form.state[1] if form.state else "|"
    return np.dtype(object) if code[0] == "O" else np.dtype(order + code)


def _scalar(form: _Form) -> np.generic:
    dtype, data = form.args
    return _shaped(data, _value(dtype), (), "C")[()]


def _strings(form: _Form) -> np.ndarray:
    return next(_value(part) for part in form.state if getattr(part, "role", "") in _ARRAYS)


def _chunks(form: _Form) -> np.ndarray:
    return np.concatenate([_value(chunk) for chunk in form.args[0]])


def _texts(form: _Form) -> np.ndarray:
    """Read Arrow's strings: a bit says which are there, offsets say where in one text they end."""
    kind, length, _, first, (bits, offsets, text), *_ = form.args[0]
    there = np.ones(first + length, bool)
    if bits is not None:
        there = np.unpackbits(np.frombuffer(_raw(bits), np.uint8), bitorder="little")
    width = {"large_string": "<i8", "string": "<i4"}[kind.args[0]]
    ends, text = np.frombuffer(_raw(offsets), width), b"" if text is None else _raw(text)
    rows = range(first, first + length)
    words = [text[ends[i] : ends[i + 1]].decode() if there[i] else np.nan for i in rows]
    return np.asarray(words, object)


def _raw(buffer: _Form) -> bytes:
    (data,) = buffer.args
    return b"".join(data.args) if isinstance(data, _Form) else bytes(data)


def _index(form: _Form) -> Any:
    _, state = form.args
    if "start" in state:
        return pd.RangeIndex(state["start"], state["stop"], state["step"], name=state["name"])
    return pd.Index(_value(state["data"]), name=state["name"])


def _manager(form: _Form) -> tuple[list, list]:
    """Return the axes of a table, and its blocks: values and where they belong."""
    if form.args:
        blocks, axes = form.args
        blocks = [block.args[:2] for block in blocks]
    else:  # a series, and frames of early versions
        state = form.state[3]["0.14.1"]
        axes = state["axes"]
        blocks = [(block["values"], block["mgr_locs"]) for block in state["blocks"]]
    return [_value(axis) for axis in axes], [(_value(v), _value(where)) for v, where in blocks]


def _frame(form: _Form) -> pd.DataFrame:
    (columns, rows), blocks = _value(form.state["_mgr"])
    blocks = [(np.atleast_2d(values).T, where) for values, where in blocks]
    if sum(values.shape[1] for values, _ in blocks) != len(columns):
        raise ValueError("its blocks do not fill the table")
    place = np.arange(len(columns))
    parts = [pd.DataFrame(values, index=rows, columns=place[where]) for values, where in blocks]
    return pd.concat(parts, axis=1)[place].set_axis(columns, axis=1)


def _series(form: _Form) -> pd.DataFrame:
    (rows,), [(values, _)] = _value(form.state["_mgr"])
    name = form.state.get("_name") or form.state.get("name") or 0  # it was "name" before pandas 2
    return pd.DataFrame({name: np.atleast_1d(values)}, index=rows)


def _tensor(form: _Form) -> np.ndarray:
    storage, start, size, stride = form.args[:4]
    values = _value(storage)
    if max(math.prod(size), *size, 0) > len(values):
        raise ValueError("a tensor is larger than its storage")
    where = np.asarray(start)
    for n, step in zip(size, stride, strict=True):
        where = where[..., None] + np.arange(n) * step
    return np.asarray(values[where])


def _storage(form: _Form) -> np.ndarray:
    """Read the older file format of torch.save: five pickles, the length, the values."""
    file = io.BytesIO(form.args[0])
    magic, _, _, pid, _ = (_Reader(file).load() for _ in range(5))
    if magic != TORCH_MAGIC or pid[0] != "storage":
        raise ValueError("a tensor's storage is of an unknown format")
    length = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(), TORCH_TYPES[pid[1].__name__], length)


_ARRAYS = ("array", "buffer")
_BUILDERS: dict[str, Callable[[_Form], Any]] = {
    "array": _array,
    "buffer": _buffer,
    "dtype": _dtype,
    "scalar": _scalar,
    "strings": _strings,
    "arrow": lambda form: _value(form.state["_pa_array"]),
    "chunks": _chunks,
    "texts": _texts,
    "slice": lambda form: slice(*form.args),
    "index": _index,
    "manager": _manager,
    "frame": _frame,
    "series": _series,
    "tensor": _tensor,
    "storage": _storage,
}
