"""What comes out of a sandbox is a plain value or an error, whatever bytes it sends."""

import json
import math
import socket
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from galflux_edu.grading.sandbox import protocol

DTYPES = st.sampled_from([np.dtype(name) for name in protocol.DTYPES])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**4095), 2**4095)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["int", "float", "text", "tuple", "dict", "array"])
            | st.text(max_size=3),
            inner,
            max_size=2,
        )
    ),
    max_leaves=10,
)


def _there_and_back(value):
    raw: list[memoryview] = []
    message = json.loads(json.dumps(protocol.encode(value, raw)))
    return protocol.decode(message, b"".join(raw))


@given(VALUES)
def test_plain_values_come_back_as_they_were(value):
    got = _there_and_back(value)
    assert got == value
    assert type(got) is type(value)


@given(DTYPES.flatmap(lambda dtype: arrays(dtype, array_shapes(min_dims=0, min_side=0))))
def test_arrays_come_back_to_the_bit(array):
    got = _there_and_back((array, "between", array[..., None]))[0]
    assert (got.dtype, got.shape) == (array.dtype, array.shape)
    assert got.tobytes() == array.tobytes()
    assert got.flags.writeable


@pytest.mark.parametrize("number", [math.inf, -math.inf, -0.0, 5e-324, 0.1])
def test_floats_come_back_to_the_bit(number):
    assert struct.pack("d", _there_and_back(number)) == struct.pack("d", number)
    assert math.isnan(_there_and_back(math.nan))


def test_subclasses_orders_and_strides_become_plain_arrays():
    array = np.arange(12, dtype=">i4").reshape(3, 4).T[::2]
    got = _there_and_back(np.ma.masked_array(array))
    assert type(got) is np.ndarray
    assert got.dtype == np.dtype("<i4")
    np.testing.assert_array_equal(got, array)


@pytest.mark.parametrize(
    ("value", "kind", "dtype"),
    [
        (1j, "complex", "complex128"),
        (object(), "object", "object"),
        (np.array(["a"]), "ndarray", "<U1"),
        pytest.param(10**6000, "int", "object", id="long"),
        ({1: 2}, "dict", "object"),
    ],
)
def test_nothing_else_can_be_sent(value, kind, dtype):
    with pytest.raises(protocol.UnsendableError) as caught:
        protocol.encode(value, [])
    assert caught.value.args == (kind, dtype)


def test_a_list_without_end_is_not_followed():
    endless: list = []
    endless.append(endless)
    with pytest.raises((protocol.UnsendableError, ValueError)):
        protocol.encode(endless, [])


@given(JSON, st.binary(max_size=40))
def test_a_frame_of_anything_is_a_value_or_an_error(message, raw):
    try:
        value = protocol.decode(message, raw)
    except protocol.ProtocolError:
        return
    assert _is_plain(value)


def _is_plain(value):
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(type(key) is str and _is_plain(item) for key, item in value.items())
    if isinstance(value, np.ndarray):
        return type(value) is np.ndarray and value.dtype.kind in "biuf"
    return value is None or type(value) in (bool, int, float, str)


@pytest.mark.parametrize(
    "array",
    [
        ["|O", [1], 0],
        ["<U4", [1], 0],
        ["<c16", [1], 0],
        ["<f8,<f8", [1], 0],
        ["<f8", [2], 0],
        ["<f8", [1], 1],
        ["<f8", [-1], 0],
        ["<f8", [1], -8],
        ["<f8", [True], 0],
        ["<f8", [1.0], 0],
        ["<f8", [10**9] * 4, 0],
        ["<f8", [2**40, 0], 0],
        ["<f8", [2**13, 2**14, 0], 0],
        ["<f8", [1] * 33, 0],
        [["<f8"], [1], 0],
        ["<f8", 1, 0],
        ["<f8", [1]],
    ],
)
def test_headers_that_lie_are_refused(array):
    with pytest.raises(protocol.ProtocolError):
        protocol.decode({"array": array}, b"\0" * 8)


def test_arrays_share_no_bytes():
    """Otherwise a thousand names of one megabyte would make a gigabyte of it."""
    twice = {"tuple": [{"array": ["<f8", [1], 0]}, {"array": ["<f8", [1], 0]}]}
    with pytest.raises(protocol.ProtocolError, match=r"^an array begins before the last one ends$"):
        protocol.decode(twice, b"\0" * 16)


def test_two_values_lie_behind_each_other_in_one_frame():
    raw: list[memoryview] = []
    first, second = (protocol.encode(np.full(3, number), raw) for number in (1.5, 2.5))
    for message, number in ((first, 1.5), (second, 2.5)):
        np.testing.assert_array_equal(protocol.decode(message, b"".join(raw)), np.full(3, number))


@pytest.mark.parametrize(
    "value",
    [{"int": "0x" + "f" * 2000}, {"int": 3}, {"float": "1" * 50}, {"float": "0x1p99999"}, [1], 1],
)
def test_numbers_that_lie_are_refused(value):
    with pytest.raises(protocol.ProtocolError):
        protocol.decode(value, b"")


def test_a_broken_bool_becomes_a_bool():
    got = protocol.decode({"array": ["|b1", [3], 0]}, b"\x00\x07\x01")
    assert got.tobytes() == b"\x00\x01\x01"


@pytest.fixture
def line():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        yield ours, theirs


def test_frames_come_one_after_the_other(line):
    ours, theirs = line
    for i in range(3):
        protocol.send(theirs, {"i": i}, [memoryview(bytes(i))])
    assert [protocol.receive(ours) for _ in range(3)] == [({"i": i}, bytes(i)) for i in range(3)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the line was cut"),
        (b"\x02\0\0\0\0\0", "the line was cut"),
        (b"\x02\0\0\0\0\0\0\0{", "the line was cut"),
        (b"\xff\xff\xff\xff\0\0\0\0", "a frame is too long"),
        (b"\0\0\0\0\xff\xff\xff\xff", "a frame is too long"),
        (b"\x02\0\0\0\0\0\0\0{{", "a frame holds no JSON"),
        (b"\x02\0\0\0\0\0\0\0\xff\xfe", "a frame holds no JSON"),
        (b"\x02\0\0\0\0\0\0\0[]", "a frame holds no JSON object"),
        (struct.pack("<II", 100_000, 0) + b"[" * 100_000, "a frame holds no JSON"),
    ],
)
def test_what_is_no_frame_is_refused(line, content, sentence):
    ours, theirs = line
    theirs.sendall(content)
    theirs.close()
    with pytest.raises(protocol.ProtocolError, match=f"^{sentence}$"):
        protocol.receive(ours)


def test_a_frame_of_very_many_pieces_is_refused(line, monkeypatch):
    monkeypatch.setattr(protocol, "BRACKETS", 4)
    ours, theirs = line
    for pieces in ([[], {}], [[], {}, []]):
        protocol.send(theirs, {"value": pieces})
    assert protocol.receive(ours)[0] == {"value": [[], {}]}
    with pytest.raises(protocol.ProtocolError, match=r"^a frame holds too many pieces$"):
        protocol.receive(ours)


@given(st.binary(max_size=60))
def test_bytes_of_anything_are_a_frame_or_an_error(content):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(content)
        theirs.close()
        try:
            message, _ = protocol.receive(ours, json_bytes=50, raw_bytes=50)
        except protocol.ProtocolError:
            return
    assert isinstance(message, dict)


@pytest.mark.parametrize(("name", "said"), [("f", "f"), ("<U4", "<U4"), ("a" * 41, "object")])
def test_only_short_words_are_repeated(name, said):
    assert protocol.word(name) == said
    assert protocol.word("<b>\n") == protocol.word(3) == "object"
