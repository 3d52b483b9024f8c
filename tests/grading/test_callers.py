"""Whatever a student's function does, the handle gives plain numbers or one sentence."""

import contextlib
import sys
import time
import warnings

import jax.numpy as jnp
import numpy as np
import pytest

from galflux_edu.grading import NamespaceCaller, StudentError

NO_RETURN = "`f`: needed an array or a number; got nothing (is the `return` missing?)."


def _call(function, *args, **kwargs):
    return NamespaceCaller({"f": function}, seconds=0.3)("f", *args, **kwargs)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float32(2.5), 2.5),
        (jnp.asarray(2.5), 2.5),
        (np.array(3), 3),
        (True, True),
        ((1, 2.0), (1, 2.0)),
        ([1, (2,)], [1, (2,)]),
    ],
)
def test_scalars_and_tuples_come_back_plain(value, plain):
    got = _call(lambda: value)
    assert got == plain
    assert type(got) is type(plain)


@pytest.mark.parametrize("array", [jnp.ones((2, 3)), np.ones((2, 3), np.float32).view(np.matrix)])
def test_arrays_of_any_make_come_back_as_numpy_arrays(array):
    got = _call(lambda: array)
    assert type(got) is np.ndarray
    assert got.shape == (2, 3)


def test_a_function_gets_copies():
    x = np.zeros(3)

    def spoil(x, options):
        x[:] = 1
        options["w"][:] = 1
        return x

    _call(spoil, x, options={"w": x})
    np.testing.assert_array_equal(x, np.zeros(3))


def test_a_function_may_be_handed_a_function():
    assert _call(lambda f, x: f(x), lambda x: 2 * x, 3) == 6


def test_what_is_printed_and_warned_is_nobodys_business(capsys):
    def noisy():
        sys.stdout.write("here")
        sys.stderr.write("there")
        warnings.warn("everywhere", stacklevel=1)
        return np.float64(1) / np.float64(0)

    assert _call(noisy) == np.inf
    assert capsys.readouterr() == ("", "")


def _raises(error):
    def function():
        raise error

    return function


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (None, "`f` is not defined: keep the name and run its cell."),
        (_raises(NotImplementedError()), "`f` is not written yet."),
        (_raises(ValueError("no\nmore")), "`f` stopped with ValueError: no"),
        (_raises(KeyError()), "`f` stopped with KeyError"),
        (_raises(ValueError("x" * 99)), "`f` stopped with ValueError: " + "x" * 77 + "..."),
        (_raises(SystemExit(3)), "`f` stopped with SystemExit: 3"),
        (lambda: None, NO_RETURN),
        (
            lambda: (1, None),
            NO_RETURN,
        ),
        (lambda: "1", "`f`: needed an array or a number; got str of dtype <U1."),
        (lambda: 1j, "`f`: needed an array or a number; got complex of dtype complex128."),
        (lambda: object(), "`f`: needed an array or a number; got object of dtype object."),
    ],
)
def test_whatever_goes_wrong_is_one_sentence(function, sentence):
    with pytest.raises(StudentError) as caught:
        _call(function)
    assert str(caught.value) == sentence


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm clock")
def test_a_slow_function_is_stopped_and_not_called_again():
    calls = []

    def slow():
        calls.append(1)
        while True:
            with contextlib.suppress(Exception):  # a student who swallows everything
                time.sleep(0.01)

    call = NamespaceCaller({"f": slow}, seconds=0.2)
    for _ in range(2):
        with pytest.raises(StudentError, match=r"^`f` took longer than 0\.2 s\.$"):
            call("f")
    assert calls == [1]


def test_a_module_serves_as_well():
    import math

    assert NamespaceCaller(math)("sqrt", 4) == 2.0
