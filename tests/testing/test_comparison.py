"""The messages of the visible tests: one for each kind of wrong answer."""

import json
import re

import jax.numpy as jnp
import numpy as np
import pytest

from galflux_edu.testing import load_causes, passed, picture, recording, same, same_shape
from galflux_edu.testing.difference import difference

X = np.array([1.0, 2.0])
NOTHING = "got nothing (is the `return` missing?)"


@pytest.fixture(autouse=True)
def no_causes(tmp_path):
    load_causes(tmp_path / "none.json")
    yield
    load_causes(tmp_path / "none.json")


def _message(function, expected, hint="", args=(X,), **options):
    with pytest.raises(AssertionError) as stopped:
        same(function, args, expected, "f of (1, 2)", hint, **options)
    return str(stopped.value)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: 2 * x,
        lambda x: (2 * x).astype(np.float32),
        lambda x: jnp.asarray(x) * 2,
        lambda x: np.array([2, 4]),
    ],
)
def test_what_is_right_passes_in_any_dtype(function):
    same(function, (X,), np.array([2, 4]), "f of (1, 2)")
    same(function, (X,), [2, 4], "f of (1, 2)")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: None, f"f of (1, 2): needed an array; {NOTHING}."),
        (lambda x: [2.0, 4.0], "f of (1, 2): needed an array; got a list."),
        (lambda x: x[:1], "f of (1, 2): needed shape (2,); got shape (1,)."),
        (lambda x: 3.0, "f of (1, 2): needed shape (2,); got a single number."),
        (lambda x: "24", "f of (1, 2): needed real numbers; got dtype <U2."),
        (
            lambda x: 2 * x + [0, 1],
            "f of (1, 2): 1 of 2 values wrong, the first at index (1,): needed 4, got 5; "
            "largest error 1, float64.",
        ),
    ],
)
def test_a_message_says_what_was_needed_and_what_came(function, words):
    assert _message(function, np.array([2, 4])) == words
    hint = "" if NOTHING in words else "\n  -> double it"  # of nothing, all is said
    assert _message(function, np.array([2, 4]), "double it") == f"{words}{hint}"


def test_a_number_is_said_with_its_value():
    assert _message(lambda x: 2.0, 3.0) == "f of (1, 2): needed 3; got 2."
    assert _message(lambda x: None, 3.0) == f"f of (1, 2): needed a number; {NOTHING}."


def test_an_exception_names_the_call_and_the_line():
    def halved(x):
        return x[:, 0]

    said = _message(halved, X)
    assert re.fullmatch(
        r"f of \(1, 2\): `halved` stopped with IndexError: too many indices.* "
        r"\(line \d+ of `halved`\)\.",
        said,
    )


def test_the_line_is_the_student_s_own_and_not_one_inside_numpy():
    def helper(x):
        return np.tensordot(x, np.ones(3), axes=1)

    def summed(x):
        return helper(x)

    line = helper.__code__.co_firstlineno + 1
    assert _message(summed, X).endswith(f"(line {line} of `helper`).")


def test_what_is_not_written_yet_stays_what_it_is():
    def unwritten(x):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        same(unwritten, (X,), X, "f")


def _in_place(x):
    x *= 2
    return x


def _in_place_if_allowed(x):
    if x.flags.writeable:
        x *= 2
        return x
    return 2 * x


@pytest.mark.parametrize("function", [_in_place, _in_place_if_allowed])
def test_a_changed_argument_is_found(function):
    said = _message(function, 2 * X)
    assert said.startswith("f of (1, 2): an array that went in was changed.\n  -> work on a copy")
    assert X.tolist() == [1, 2]


def test_a_function_that_remembers_is_found():
    calls = []

    def remembers(x):
        calls.append(1)
        return 2 * x + (len(calls) > 1)

    assert _message(remembers, 2 * X) == (
        "f of (1, 2): the second call with the same arguments gave another result."
        "\n  -> begin with new arrays in each call, and change nothing outside the function"
    )


def test_a_function_that_writes_on_into_what_it_returned_is_found():
    buffer = np.zeros(2)

    def adds_up(x):
        buffer[:] += x
        return buffer

    assert "the second call with the same arguments gave another result" in _message(adds_up, X)


def test_whole_numbers_that_cut_a_fraction_off_are_found():
    said = _message(lambda x: (1.5 * x).astype(int), np.array([1.5, 3.0]), "times 1.5")
    assert said.endswith(
        "\n  -> the result is an array of whole numbers, which cannot hold a "
        "fraction: begin with floats"
    )


def test_one_of_several_arrays():
    same(lambda x: (x, 2 * x), (X,), 2 * X, "f", part=1, of=2)
    assert _message(lambda x: None, X, part=0, of=2) == f"f of (1, 2): needed 2 arrays; {NOTHING}."
    assert _message(lambda x: (x,), X, part=0, of=2) == (
        "f of (1, 2): needed 2 arrays, separated by commas behind `return`; got 1."
    )


def test_shapes():
    same_shape(lambda x: x, (X,), (2,), "f")
    for got, words in (
        (None, NOTHING),
        (X[:1], "got shape (1,)"),
        ([[1], [2, 3]], "got pieces of different shapes"),
    ):
        with pytest.raises(AssertionError, match=re.escape(words)):
            same_shape(lambda x, got=got: got, (X,), (2,), "f", "a hint")
    with pytest.raises(AssertionError, match="got a list"):
        same_shape(lambda x: [[1], [2]], (X,), (2, 1), "f")


def test_a_known_mistake_gets_its_sentence(tmp_path):
    causes = {"f of (1, 2)": [[[1.0, 4.0], "you squared"], ["ValueError: no", "you gave up"]]}
    (tmp_path / "causes.json").write_text(json.dumps(causes))
    load_causes(tmp_path / "causes.json")
    assert _message(lambda x: x**2, 2 * X, "double it").endswith("\n  -> you squared")
    assert _message(lambda x: x**3, 2 * X, "double it").endswith("\n  -> double it")

    def stops(x):
        raise ValueError("no")

    assert _message(stops, X).endswith("\n  -> you gave up")


def test_recording_sees_all_and_stops_at_nothing():
    with recording() as seen:
        same(lambda x: x[9], (X,), X, "first")
        same(lambda x: x**2, (X,), X, "second")
        same_shape(lambda x: None, (X,), (2,), "third")
    assert [what for what, _ in seen] == ["first", "second", "third"]
    assert str(seen[0][1]).startswith("IndexError: ")
    np.testing.assert_array_equal(seen[1][1], X**2)


def test_passing_promises_nothing(capsys):
    passed("relu_forward")
    assert capsys.readouterr().out == (
        "relu_forward: the visible tests pass; the hidden ones look at other sizes.\n"
    )


def test_a_picture_is_one_image_with_one_channel():
    assert picture([[1, 2, 3], [4, 5, 6]]).shape == (1, 2, 3, 1)


def test_the_core_is_that_of_the_hidden_checks():
    found = difference(np.array([1.0, 2.2]), np.array([1.0, 2.0]), 1e-6)
    assert found.wrong.tolist() == [False, True]
    assert found.relative == pytest.approx(0.1)
    assert difference([1.0], (1.0,), 1e-6) is None
