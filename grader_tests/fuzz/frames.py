"""Mutated frames: what a worker might send if a student wrote its answers by hand."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from galflux_edu.grading.sandbox import protocol

from . import json_mutations
from .json_mutations import Tree

MIMES = ("text/plain", "image/png", "image/jpeg", "text/html", "application/javascript", "")
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
TEXTS = ("1.0", "", "a\n" * 50, "\x1b[31mred\x1b[0m", "\u20ac\u202e\ufeff", "<script>", "x" * 500)
DTYPES = ("|O", "<U4", "|S4", "<c16", "<f16", ">f8", "<f8,<f8", "|V8", "<M8[s]", "f8", "", "<f4")
HUGE = (0, 1, -1, 2**31, 2**32 - 1, 2**40, 2**40 + 1, 2**63, 2**64, 10**30, True, 1.0, "1", None)
CLAIMS = ("points", "passed", "gained", "score", "ok", "state", "value", "failed", "what", "with")


@dataclass(frozen=True)
class Frame:
    """What a worker sends.

    Parameters
    ----------
    kinds
        The kinds of the mutations; ``none`` alone for an honest frame.
    content
        The bytes on the line.
    is_call
        Whether it answers a call of a function, and not the run of a cell.
    value
        What an honest worker would have meant by it.
    """

    kinds: tuple[str, ...]
    content: bytes
    is_call: bool
    value: Any


def mutant_frame(seed: int, number: int) -> Frame:
    """Return a frame with one to four mutations, now and then with none."""
    rng = random.Random(f"frame {seed} {number}")  # noqa: S311 - it has to be the same again
    is_call, raw, value = rng.random() < 0.8, list[memoryview](), None
    if is_call and rng.random() < 0.9:
        value = _value(rng)
        message = {"number": 1, "value": protocol.encode(value, raw)}
    elif is_call:
        failed = rng.choice(("missing", "late", "kind", "raised", "none of these"))
        message = {"number": 1, "failed": failed, "what": [rng.choice(TEXTS), rng.choice(TEXTS)]}
    else:
        outputs = [_output(rng) for _ in range(rng.randint(0, 4))]
        message = {"number": 1, "state": rng.choice(("ok", "error")), "outputs": outputs}
    wanted = rng.choices(ALL, k=rng.choice((0, 1, 1, 1, 1, 2, 2, 3, 4)))
    if rng.random() < 0.0005:
        wanted.append(rng.choice(tuple(SIZES)))
    kinds = tuple(kind for kind in (*SIZES, *ALL) if kind in wanted)
    for kind in kinds:
        if kind in MESSAGES:
            MESSAGES[kind](rng, message)
    text, payload = json_mutations.dumps(rng, message), b"".join(raw)
    for kind in kinds:
        if kind in PAYLOADS:
            payload = PAYLOADS[kind](rng, payload)
    content = protocol.HEADER.pack(len(text), len(payload)) + text + payload
    for kind in kinds:
        if kind in BYTES:
            content = BYTES[kind](rng, content)
    return Frame(kinds or ("none",), content, is_call, value)


def _value(rng: random.Random) -> Any:
    """Return what a function may return: mostly one array or some numbers."""
    kind = rng.randrange(10)
    if kind == 0:
        return _array(rng, [40, 50])
    if kind < 4:
        return _array(rng, rng.choices(range(7), k=rng.randint(0, 4)))
    if kind < 6:
        return rng.choice((True, 0, -7, 2**62, 0.5, -0.0, 1e300, 5e-324))
    if kind == 6:
        return tuple(rng.choice((1.5, 3, -2)) for _ in range(rng.randint(0, 5)))
    if kind == 7:
        return tuple(_array(rng, [2, 3]) for _ in range(rng.randint(1, 3)))
    if kind == 8:
        return _array(rng, [3]), (rng.random(), (_array(rng, [0, 2]), 2**200))
    return rng.choice((None, "text", {"a": 1, "b": (2.0, None)}, float("nan"), float("inf"), {}))


def _array(rng: random.Random, shape: list[int]) -> np.ndarray:
    size = int(np.prod(shape, dtype=int))
    numbers = np.array(rng.choices(range(-9, 10), k=size), dtype=float)
    with np.errstate(invalid="ignore"):
        return numbers.astype(rng.choice(protocol.DTYPES)).reshape(shape)


def _output(rng: random.Random) -> Tree:
    text, data = rng.choice(TEXTS), {rng.choice(MIMES): rng.choice((*TEXTS, PICTURE))}
    return rng.choice(
        (
            {"output_type": "stream", "name": rng.choice(("stdout", "stderr")), "text": text},
            {"output_type": "error", "ename": "E", "evalue": text, "traceback": [text] * 5},
            {"output_type": "display_data", "data": data, "metadata": {"width": 1}},
            {"output_type": "execute_result", "data": data, "execution_count": 1},
        )
    )


def _arrays(message: Tree) -> list[tuple[Any, Any]]:
    """Return the places of arrays: ``{"array": [dtype, shape, offset]}``."""
    return [
        (box, key)
        for box, key in json_mutations.places(message)
        if isinstance(box[key], dict) and list(box[key]) == ["array"]
    ]


def _change_arrays(
    change: Callable[[random.Random, list[Any]], None],
) -> Callable[[random.Random, Tree], None]:
    """Return what changes one array of a message, which gets one if it has none."""

    def changed(rng: random.Random, message: Tree) -> None:
        if not _arrays(message):
            message["value"] = {"array": ["<f8", [0], 0]}
        box, key = rng.choice(_arrays(message))
        if isinstance(box[key]["array"], list) and len(box[key]["array"]) == 3:
            change(rng, box[key]["array"])

    return changed


def _dtype(rng: random.Random, array: list[Any]) -> None:
    array[0] = rng.choice((*DTYPES, *protocol.DTYPES, None, 7, ["<f8"], {"f": "<f8"}))


def _shape(rng: random.Random, array: list[Any]) -> None:
    """Make a shape longer, larger, flat, nested, or none."""
    shape = array[1] if isinstance(array[1], list) else []
    more = [rng.choice(HUGE), *shape]
    flat = [*shape[::-1], 1]
    array[1] = rng.choice((more, flat, [*shape, 0, 2**40], [1] * 40, [shape], 3, "12", {"0": 1}))


def _offset(rng: random.Random, array: list[Any]) -> None:
    array[2] = rng.choice((*HUGE, 4, 8, -8, [0], {}))


def _repeat(rng: random.Random, message: Tree) -> None:
    """Name the same bytes many times over."""
    message.setdefault("value", {"array": ["<f8", [0], 0]})
    box, key = rng.choice(_arrays(message) or [(message, "value")])
    box[key] = {"tuple": [box[key]] * rng.choice((2, 500, 2000))}


def _renumber(rng: random.Random, message: Tree) -> None:
    message["number"] = rng.choice((*HUGE, 2, [1], {"number": 1}))


def _claim(rng: random.Random, message: Tree) -> None:
    """Say what is not asked for."""
    for claim in rng.choices(CLAIMS, k=3):
        message[claim] = rng.choice((True, 3.0, "ok", {"float": "0x1p1"}, None, ["a", "b"], 10**9))


def _change_outputs(rng: random.Random, message: Tree) -> None:
    """Show what no cell may show, or far too much."""
    outputs = [_output(rng) for _ in range(rng.choice((1, 1, 3, 3, 1100)))]
    for output in rng.sample(outputs, min(len(outputs), 3)):
        name = rng.choice(("text", "name", "data", "traceback", "ename", "output_type", "metadata"))
        texts = rng.choice(TEXTS) * rng.choice((1, 100)), [rng.choice(TEXTS)] * 1100
        output[name] = rng.choice(
            (*texts, dict.fromkeys(MIMES, "<b>"), json_mutations.odd_value(rng))
        )
    message["outputs"] = outputs


def _largest(rng: random.Random, message: Tree) -> None:
    """Send as much as a frame may hold, in many small pieces or in few large ones."""
    piece = rng.choice(([], {}, {"": 1}, 1.5, "\u0100", {"int": "0x1"}, {"array": ["|b1", [], 0]}))
    message[rng.choice(("value", "outputs", "what"))] = rng.choice(
        ({"tuple": [piece] * 200_000}, [piece] * 200_000, {"text": "\U0001f600" * 300_000})
    )


SIZES: dict[str, Callable[[random.Random, Tree], None]] = {"sizes: up to the limit": _largest}
MESSAGES: dict[str, Callable[[random.Random, Tree], None]] = {
    **SIZES,
    "arrays: dtype": _change_arrays(_dtype),
    "arrays: shape": _change_arrays(_shape),
    "arrays: offset": _change_arrays(_offset),
    "arrays: repeated": _repeat,
    "reply: number": _renumber,
    "reply: claims": _claim,
    "reply: outputs": _change_outputs,
    **json_mutations.TREES,
}


def _payload_bytes(rng: random.Random, payload: bytes) -> bytes:
    """Put other numbers in, among them infinities and what is not a number."""
    number = rng.choice((b"\xff" * 8, b"\0\0\0\0\0\0\xf0\x7f", b"\0\0\x80\x7f", rng.randbytes(8)))
    return (number * (len(payload) // 8 + 1))[: len(payload)]


def _payload_length(rng: random.Random, payload: bytes) -> bytes:
    return rng.choice((payload[:-1], payload[1:], payload * 2, b"", payload + b"\0" * 64))


PAYLOADS: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "payload: numbers": _payload_bytes,
    "payload: length": _payload_length,
}


def _lengths(rng: random.Random, content: bytes) -> bytes:
    """Let the header lie about the length of what follows."""
    lengths = list(protocol.HEADER.unpack(content[: protocol.HEADER.size]))
    i = rng.randrange(2)
    lie = rng.choice((lengths[i] + 1, lengths[i] - 1, 0, 2**32 - 1, 2**22, 2**26, 2**26 + 1))
    lengths[i] = max(lie, 0)
    if rng.random() < 0.2:
        lengths.reverse()
    return protocol.HEADER.pack(*lengths) + content[protocol.HEADER.size :]


def _join(rng: random.Random, content: bytes) -> bytes:
    """Send other frames before it: with other numbers, or cut."""
    other = rng.choice((b'{"number": 0}', b"{}", b'{"number": 2, "value": null}', b'{"number": 1}'))
    other = protocol.HEADER.pack(len(other), 0) + other
    return rng.choice((other + content, other * 300 + content, content[:-1] + content, content * 2))


BYTES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "frame: lengths": _lengths,
    "frame: several": _join,
    **json_mutations.BYTES,
}
ALL = (*tuple(MESSAGES)[1:], *PAYLOADS, *BYTES)
