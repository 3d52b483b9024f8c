"""What spoils bytes and JSON; notebooks and frames are made of both."""

import copy
import json
import random
import re
from typing import Any

# What no encoder writes: numbers too long, half characters, other languages' literals.
RAW = (
    *("1" + "0" * 6000, "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "-0", "01", "1.", "+1"),
    *("[" * 100_000, "[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900, "[[], [], ", "]"),
    *('"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"\\x00"', '"\n"', '"', "'text'", "undefined"),
    *("1, 2", "/* 1 */ 1", "", '{"a": 1, "a": 2}', '{"cells": [], "cells": 1}'),
)
ODD = (
    *(None, True, False, 0, -1, 1.5, 2**63, 2**64, -(2**70), 1e308, 5e-324, "", "text", "1"),
    *("None", "\ud800", "\0", "\x1b[31m", "a\u0301\u202e\u2028\ufeff", "\U0001f600"),
    *("x" * 100_000, "\u20ac" * 10_000, "../../x", "<script>alert(1)</script>", "__class__", []),
    *({}, [[]], [None], ["code"], [1, "a", {}], {"": None}, {"a": {"b": []}}, [0] * 1000),
)
KEYS = ("", "cells", "source", "metadata", "id", "\ud800", "\0", "__proto__", "value", "k" * 1000)
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "cp1252", "utf-7", "cp037")
OTHERS = (
    *(b"", b" ", b"\0", b"null", b"[]", b"{}", b'""', b"7", b"\xef\xbb\xbf", b'{"cells": []}'),
    *(b"\x89PNG\r\n\x1a\n" + bytes(500), b"PK\x03\x04" + bytes(500), b"%PDF-1.7\n"),
    *(b"\x1f\x8b\x08", b"<!DOCTYPE html><html></html>", b"# a script\nx = 1\n"),
    *(b'{"cells": [' * 3000, bytes(10_000)),
)

MARK = "\0raw "

Tree = dict[str, Any]


def odd_value(rng: random.Random) -> Any:
    """Return a value of any type; some of them only `dumps` can write."""
    if rng.random() < 0.4:
        return _marker(rng.randrange(len(RAW)))
    return copy.deepcopy(rng.choice(ODD))


def _marker(i: int) -> str:
    return f"{MARK}{i:03d}"


def dumps(rng: random.Random, tree: Any) -> bytes:
    """Return `tree` as JSON, in one of the ways in which it is written."""
    ascii_only = rng.random() < 0.5
    text = json.dumps(tree, ensure_ascii=ascii_only, indent=rng.choice((None, None, None, None, 1)))
    for i, raw in enumerate(RAW) if json.dumps(MARK)[:-1] in text else ():
        text = text.replace(json.dumps(_marker(i)), raw)
    return text.encode("utf-8", "surrogatepass")


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Return every place in a tree as the container and the key or index in it."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            here = [(node, key) for key in node]
        else:
            here = [(node, i) for i in range(len(node))]
        found += here
        waiting += [box[key] for box, key in here if isinstance(box[key], dict | list)]
    return found


def exchange_values(rng: random.Random, tree: Tree) -> None:
    """Put values of other types into up to three places."""
    for box, key in rng.choices(places(tree) or [(tree, "cells")], k=rng.randint(1, 3)):
        box[key] = odd_value(rng)


def drop_keys(rng: random.Random, tree: Tree) -> None:
    """Take up to five keys away."""
    for _ in range(rng.randint(1, 5)):
        boxes = [(box, key) for box, key in places(tree) if isinstance(box, dict)]
        if boxes:
            box, key = rng.choice(boxes)
            del box[key]


def rename_keys(rng: random.Random, tree: Tree) -> None:
    """Give a value another key, or a key too many."""
    boxes = [(box, key) for box, key in places(tree) if isinstance(box, dict)]
    if boxes:
        box, key = rng.choice(boxes)
        box[rng.choice(KEYS)] = box[key] if rng.random() < 0.3 else box.pop(key)


def move_values(rng: random.Random, tree: Tree) -> None:
    """Copy the value of one place to another one."""
    if there := places(tree):
        (box, key), (other, there) = rng.choice(there), rng.choice(there)
        box[key] = copy.deepcopy(other[there])


def nest_values(rng: random.Random, tree: Tree) -> None:
    """Put a value deep into lists or dicts."""
    if there := places(tree):
        box, key = rng.choice(there)
        for _ in range(rng.choice((1, 2, 20, 150))):
            box[key] = [box[key]] if rng.random() < 0.5 else {"a": box[key]}


TREES = {
    "JSON: values of other types": exchange_values,
    "JSON: keys dropped": drop_keys,
    "JSON: keys renamed": rename_keys,
    "JSON: values moved": move_values,
    "JSON: nested": nest_values,
}


def flip(rng: random.Random, content: bytes) -> bytes:
    """Flip one bit or some; without the highest one, letters remain letters."""
    spoilt = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 20)) if content else 0):
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.choice((0, 0, 0, 1, 2, 3, 4, 5, 6, 7))
    return bytes(spoilt)


def cut(rng: random.Random, content: bytes) -> bytes:
    """Cut off the end, or the start."""
    at = rng.randint(0, len(content))
    return content[:at] if rng.random() < 0.8 else content[at:]


def put_in(rng: random.Random, content: bytes) -> bytes:
    """Put bytes somewhere that do not belong there."""
    at = rng.randint(0, len(content))
    strange = (
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\\u0000",
        b"\r",
        b",",
    )
    piece = rng.choice((*strange, b'"', b"}", b"[", rng.randbytes(rng.randint(1, 50))))
    return content[:at] + piece * rng.choice((1, 1, 1, 1000)) + content[at:]


def move_pieces(rng: random.Random, content: bytes) -> bytes:
    """Drop, repeat or move a piece."""
    start, end, at = sorted(rng.randint(0, len(content)) for _ in range(3))
    one, two, three, four = content[:start], content[start:end], content[end:at], content[at:]
    return b"".join(
        rng.choice(((one, three, four), (one, two, two, three, four), (one, three, two, four)))
    )


def double_keys(rng: random.Random, content: bytes) -> bytes:
    """Give some keys a second value, before the first one or after it."""
    found = list(re.finditer(rb'"[a-z_]{2,20}":', content))
    for match in sorted(
        rng.sample(found, min(len(found), rng.randint(1, 5))), key=lambda m: -m.start()
    ):
        value = rng.choice((b"0", b'"code"', b"[]", b"{}", b"null", b"true"))
        content = content[: match.start()] + match[0] + value + b"," + content[match.start() :]
    return content


BYTES = {
    "bytes: flipped": flip,
    "bytes: cut": cut,
    "bytes: put in": put_in,
    "bytes: pieces moved": move_pieces,
    "bytes: keys twice": double_keys,
}


def encode_otherwise(rng: random.Random, content: bytes) -> bytes:
    """Write the text in another encoding."""
    encoding = rng.choice(ENCODINGS)
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def end_lines_otherwise(rng: random.Random, content: bytes) -> bytes:
    """End lines as other systems do, on the outside or in the text."""
    new = rng.choice((b"\r\n", b"\r", b"\n\r", b"\xe2\x80\xa8", b"\x0c", b""))
    if rng.random() < 0.5:
        return content.replace(b"\n", new)
    return content.replace(b"\\n", rng.choice((b"\\r\\n", b"\\r", b"\\u2028", b"\\u0085", b"")))


def another_file(rng: random.Random, content: bytes) -> bytes:
    """Return something else altogether, or the same twice."""
    return rng.choice((*OTHERS, content * 2, content[::-1], rng.randbytes(1000)))


FILES = {
    "bytes: other encoding": encode_otherwise,
    "bytes: other line ends": end_lines_otherwise,
    "bytes: another file": another_file,
}
