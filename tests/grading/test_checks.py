"""The words in which a check is written, and how its points are counted."""

from types import ModuleType

import numpy as np
import pytest

from galflux_edu.grading import (
    Behaviour,
    ModuleHandle,
    StudentError,
    behaviour,
    check,
    compare,
    run_check,
    run_checks,
)

ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (ONES.astype(np.float32), ONES),
        (np.ones((2, 3), int), ONES),
        (ONES + 1e-9, ONES),
        ((5, 5), (5, 5)),
        (3, 3.0),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (1e-9, 0.0),
        (np.inf, np.inf),
        ((np.inf, 2.0), (np.inf, 2.0 + 1e-9)),
    ],
)
def test_what_is_right_is_right_in_any_dtype(got, expected):
    assert compare(got, expected, 1e-6, "it") is None


@pytest.mark.parametrize(
    ("got", "expected", "sentence"),
    [
        (ONES.T, ONES, "It: needed shape (2, 3); got shape (3, 2)."),
        (1.0, ONES, "It: needed shape (2, 3); got shape ()."),
        ("abc", 1.0, "It: needed real numbers; got dtype <U3."),
        (10**600, 1.0, "It: needed real numbers; got dtype object."),
        (1j, 1.0, "It: needed real numbers; got dtype complex128."),
        (((1, 2), (3,)), ONES, "It: needed one array; got pieces of different shapes."),
        (np.nan, 1.0, "It holds NaN or infinity."),
        (ONES * np.inf, ONES, "It (float64, shape (2, 3)) holds NaN or infinity."),
        (1.04, 1.0, "It is off by about 10 % of the largest value."),
        (1.00002, 1.0, "It is off by less than 0.01 % of the largest value."),
        (-7, 1.0, "It is off by 100 % or more of the largest value."),
        (2.0, np.inf, "It is off by 100 % or more of the largest value."),
        (-np.inf, np.inf, "It holds NaN or infinity."),
        ((np.inf, 3.0), (np.inf, 2.0), "It (float64, shape (2,)) holds NaN or infinity."),
        (2.0, np.nan, "It is off by 100 % or more of the largest value."),
        (
            np.array([1.0, 2.0, 3.0, 4.05]),
            [1, 2, 3, 4],
            "It (float64, shape (4,)) is off by about 1 % of the largest value, "
            "in a quarter of it.",
        ),
        (
            ONES.astype(np.float32) * 2,
            ONES,
            "It (float32, shape (2, 3)) is off by 100 % or more of the largest value, "
            "in all of it.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(got, expected, sentence):
    assert compare(got, expected, 1e-6, "it") == sentence


def test_a_sentence_never_holds_the_answer():
    """The size of an error is a power of ten: after returning zeros it is not the answer itself."""
    sentences = {compare(np.zeros(3), answer * ONES[0], 1e-6, "it") for answer in (3.7, 5.2, 8.1)}
    assert len(sentences) == 1


def test_a_behaviour_passes_or_says_why_with_a_hint():
    assert behaviour("a", 2, lambda: None, hint="h") == Behaviour("a", 2.0, True, "")
    assert behaviour("a", 2, lambda: "Wrong.", hint="Try.") == Behaviour(
        "a", 2.0, False, "Wrong. Try."
    )

    def fails():
        raise StudentError("Not written.")

    assert behaviour("a", 2, fails) == Behaviour("a", 2.0, False, "Not written.")


def test_a_value_the_check_stumbles_over_costs_that_behaviour_only():
    def unpack():
        _first, _second = (1, 2, 3)

    assert behaviour("a", 2, unpack).message == (
        "What was returned could not be checked: its kind, its length or its shape is not what "
        "the question asks for (ValueError)."
    )


def _checks(*questions) -> ModuleType:
    """Return a module of checks, as an author would write it."""
    module = ModuleType("checks")
    vars(module).update(check=check, Behaviour=Behaviour)
    for question in questions:
        exec(question, vars(module))  # noqa: S102 - `check` registers in the module it is in
    return module


TWO = """
@check("two", points=2, functions=("f",))
def two(call, rng):
    yield Behaviour("one", 1, True)
    yield Behaviour("other", 1, call("f", rng.normal()) == 1)
"""


def test_the_report_adds_up():
    checks = _checks(TWO, TWO.replace("two", "again"))
    report = run_checks(checks, ModuleHandle({"f": lambda x: 0}), seed=1)
    assert (report.points, report.max_points) == (2.0, 4.0)
    assert set(report.behaviours) == {"two", "again"}


def test_a_check_that_is_cut_short_keeps_what_was_gained():
    """The first behaviour stands; what the generator never came to is lost, with the reason."""
    checks = _checks(TWO)
    one, rest = run_check(checks.CHECKS["two"], ModuleHandle({}), seed=1)
    assert one.passed
    assert rest == Behaviour(
        "all the rest", 1.0, False, "`f` is not defined: keep the name and run its cell."
    )


def test_each_question_and_each_seed_draws_its_own_inputs_and_always_the_same():
    checks = _checks(TWO, TWO.replace("two", "again"))

    def drawn(seed):
        seen = []
        run_checks(checks, ModuleHandle({"f": lambda x: seen.append(x) or 1}), seed)
        return seen

    assert drawn(1) == drawn(1)
    assert len({*drawn(1), *drawn(2)}) == 4


def test_points_that_do_not_add_up_are_the_authors_mistake():
    checks = _checks(TWO.replace("points=2", "points=3"))
    message = "^check two: needed behaviours worth 3 points; got 2$"
    with pytest.raises(ValueError, match=message):
        run_check(checks.CHECKS["two"], ModuleHandle({"f": lambda x: 1}), seed=1)
    with pytest.raises(ValueError, match=r"^check: needed each grade_id once; got 'two' twice$"):
        _checks(TWO, TWO)
