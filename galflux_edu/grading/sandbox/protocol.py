"""Frames between the grader and the sandbox: two lengths, JSON, raw bytes. No pickle.

Both ends use this file; inside the sandbox it stands alone. What comes out of a sandbox may be
anything, so decoding checks every field: an array is a dtype of a short list, a shape and an
offset; floats travel as hex, integers with a cap on their bits.
"""

import io
import json
import math
import re
import socket
import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

HEADER = struct.Struct("<II")
JSON_BYTES = 1 << 22
RAW_BYTES = 1 << 26
BRACKETS = 1 << 21  # each becomes an object of a hundred bytes
INT_BITS = 4096
DEPTH = 16
DTYPES = ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8")
WORD = re.compile(r"[\w<>|=.\[\], ]{1,40}")


class ProtocolError(Exception):
    """Report bytes that are no frame of ours, or a line that was cut."""


class UnsendableError(Exception):
    """Name the type and dtype of a value that is neither an array of real numbers nor a number."""


def send(sock: socket.socket, message: dict[str, Any], raw: Iterable[memoryview] = ()) -> None:
    """Send one frame: `message` as JSON, and the arrays' bytes behind it."""
    text, raw = json.dumps(message).encode(), list(raw)
    sock.sendall(HEADER.pack(len(text), sum(part.nbytes for part in raw)) + text)
    for part in raw:
        sock.sendall(part)


def receive(
    sock: socket.socket, json_bytes: int = JSON_BYTES, raw_bytes: int = RAW_BYTES
) -> tuple[dict[str, Any], bytes]:
    """Return the next frame.

    Raises
    ------
    ProtocolError
        If the line ended, or if what came is no frame within these sizes.
    """
    text_length, raw_length = HEADER.unpack(_exactly(sock, HEADER.size))
    if text_length > json_bytes or raw_length > raw_bytes:
        raise ProtocolError("a frame is too long")
    text, raw = _exactly(sock, text_length), _exactly(sock, raw_length)
    if text.count(b"[") + text.count(b"{") > BRACKETS:
        raise ProtocolError("a frame holds too many pieces")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a frame holds no JSON") from error
    if not isinstance(message, dict):
        raise ProtocolError("a frame holds no JSON object")
    return message, raw


def _exactly(sock: socket.socket, length: int) -> bytes:
    buffer = bytearray()
    while len(buffer) < length:
        try:
            part = sock.recv(min(length - len(buffer), 1 << 20))
        except OSError as error:
            raise ProtocolError("the line was cut") from error
        if not part:
            raise ProtocolError("the line was cut")
        buffer += part
    return bytes(buffer)


def encode(value: Any, raw: list[memoryview]) -> Any:
    """Return `value` as JSON and append the bytes of its arrays to `raw`.

    Taken are None, bool, int, float, str, tuples and lists of them, dicts with names for keys,
    and whatever NumPy makes an array of real numbers of.

    Raises
    ------
    UnsendableError
        For everything else.
    """
    return _encode(value, raw, DEPTH)


def _encode(value: Any, raw: list[memoryview], depth: int) -> Any:
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is int and value.bit_length() <= INT_BITS:
        return {"int": hex(value)}
    if kind is float:
        return {"float": value.hex()}
    if kind is str:
        return {"text": value}
    if isinstance(value, tuple | list) and depth:
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_encode(item, raw, depth - 1) for item in value]}
    if isinstance(value, dict) and depth and all(type(key) is str for key in value):
        return {"dict": {key: _encode(item, raw, depth - 1) for key, item in value.items()}}
    return _encode_array(value, raw)


def _encode_array(value: Any, raw: list[memoryview]) -> Any:
    array = np.array(value)  # a copy, and no subclass
    if array.dtype.kind not in "biuf":
        raise UnsendableError(type(value).__name__, str(array.dtype))
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)  # long double differs from machine to machine
    array = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    offset = sum(part.nbytes for part in raw)
    raw.append(memoryview(array.reshape(-1).view(np.uint8)))
    return {"array": [array.dtype.str, list(array.shape), offset]}


def decode(value: Any, raw: bytes) -> Any:
    """Return what `encode` was given; arrays come back as fresh NumPy arrays.

    Raises
    ------
    ProtocolError
        If this is nothing that `encode` writes.
    """
    try:
        return _decode(value, io.BytesIO(raw), DEPTH)
    except ProtocolError:
        raise
    except (ValueError, TypeError, KeyError, OverflowError, AttributeError) as error:
        raise ProtocolError("a frame holds no value") from error


def _decode(value: Any, raw: io.BytesIO, depth: int) -> Any:
    if value is None or type(value) is bool:
        return value
    if depth < 0 or type(value) is not dict or len(value) != 1:
        raise ProtocolError("a frame holds no value")
    ((kind, content),) = value.items()
    if kind == "int" and len(content) <= INT_BITS // 4 + 3:
        return int(content, 16)
    if kind == "float" and len(content) <= 40:
        return float.fromhex(content)
    if kind == "text" and type(content) is str:
        return content
    if kind in ("tuple", "list") and type(content) is list:
        items = [_decode(item, raw, depth - 1) for item in content]
        return tuple(items) if kind == "tuple" else items
    if kind == "dict" and type(content) is dict:
        return {key: _decode(item, raw, depth - 1) for key, item in content.items()}
    if kind == "array":
        return _decode_array(content, raw)
    raise ProtocolError("a frame holds no value")


def _decode_array(content: Any, raw: io.BytesIO) -> np.ndarray:
    """Return the next array; none shares its bytes with another, so memory has a bound."""
    dtype, shape, offset = content
    if dtype not in DTYPES or len(shape) > 32 or not all(_is_length(n) for n in [*shape, offset]):
        raise ProtocolError("a frame holds no array")
    if math.prod(max(length, 1) for length in shape) > RAW_BYTES:  # empty, but endless to walk
        raise ProtocolError("an array has too many rows")
    if offset < raw.tell():
        raise ProtocolError("an array begins before the last one ends")
    dtype, size = np.dtype(dtype), math.prod(shape)
    raw.seek(offset)
    part = raw.read(size * dtype.itemsize)
    if len(part) < size * dtype.itemsize:
        raise ProtocolError("an array is longer than its bytes")
    if dtype.kind == "b":  # any byte but 0 and 1 would be a broken bool
        return (np.frombuffer(part, np.uint8) != 0).reshape(shape)
    return np.frombuffer(part, dtype).reshape(shape).copy()


def _is_length(number: Any) -> bool:
    return type(number) is int and 0 <= number <= 1 << 40


def word(value: Any) -> str:
    """Return `value` if it is a short word such as a type's name, else ``object``."""
    return value if isinstance(value, str) and WORD.fullmatch(value) else "object"
