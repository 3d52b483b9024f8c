"""The words in which a check is written, and how its points are counted."""

from types import ModuleType

import numpy as np
import pytest

from galflux_edu.grading import (
    Behaviour,
    NamespaceCaller,
    Question,
    StudentError,
    behaviour,
    compare,
    question,
    run_question,
    run_questions,
)
from galflux_edu.grading.checks import UNCHANGED
from galflux_edu.grading.run import GIVEN, points

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
        (1.0, ONES, "It: needed shape (2, 3); got a single number."),
        ("abc", 1.0, "It: needed real numbers; got dtype <U3."),
        (10**600, 1.0, "It: needed real numbers; got dtype object."),
        (1j, 1.0, "It: needed real numbers; got dtype complex128."),
        (((1, 2), (3,)), (1, 2), "It: needed one array; got pieces of different shapes."),
        (None, ONES, "It: needed an array; got nothing (is the `return` missing?)."),
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
    vars(module).update(question=question, behaviour=behaviour, Behaviour=Behaviour)
    for text in questions:
        exec(text, vars(module))  # noqa: S102 - `question` registers in the module it is in
    return module


TWO = """
@question("two", functions=("f",))
def two(call, rng):
    yield Behaviour("one", 1, True)
    yield behaviour("other", 1, lambda: None if call("f", rng.normal()) == 1 else "No.")
"""


def test_the_report_adds_up():
    checks = _checks(TWO, TWO.replace("two", "again"))
    report = run_questions(checks, NamespaceCaller({"f": lambda x: 0}), seed=1)
    assert (report.points, report.max_points) == (2.0, 4.0)
    assert set(report.behaviours) == {"two", "again"}


def test_a_check_that_is_cut_short_keeps_what_was_gained():
    """The first behaviour stands; what the generator never came to is lost, with the reason."""

    def stumbles(call, rng):
        yield Behaviour("one", 1, True)
        yield Behaviour("other", 1, call("f") == 1)

    cut = Question("two", ("f",), 0, stumbles)
    cut.__dict__["points"] = 2.0  # what the behaviours are worth cannot be asked of this one
    one, rest = run_question(cut, NamespaceCaller({}), seed=1)
    assert one.passed
    assert rest == Behaviour(
        "all the rest", 1.0, False, "`f` is not defined: keep the name and run its cell."
    )


def test_each_question_and_each_seed_draws_its_own_inputs_and_always_the_same():
    checks = _checks(TWO, TWO.replace("two", "again"))

    def drawn(seed):
        seen = []
        run_questions(checks, NamespaceCaller({"f": lambda x: seen.append(x) or 1}), seed)
        return seen

    assert drawn(1) == drawn(1)
    assert len({*drawn(1), *drawn(2)}) == 4


def test_a_question_is_there_once():
    with pytest.raises(ValueError, match=r"^question: needed each grade_id once; got 'two' twice$"):
        _checks(TWO, TWO)


BUILDS_ON = """
@question("first")
def first(call, rng):
    test = against(call, "first", lambda x: x + 1)
    yield behaviour("plus one", 2, test, [case(rng.normal(size=3))])


@question("second", unchanged=1)
def second(call, rng):
    test = against(call, "second", lambda x: 2 * (x + 1))
    yield behaviour("shape", 1, shaped(call, "second", lambda x: x), [case(np.ones(3))],
        shared_with_zeros=True)
    yield behaviour("twice of it", 2, test, [case(rng.normal(size=3))])
"""


def _graded(source: str, **references):
    """Return what the behaviours of the second question say of a notebook with this source."""
    checks = ModuleType("checks")
    exec(f"import numpy as np\nfrom galflux_edu.grading import *\n{BUILDS_ON}", vars(checks))  # noqa: S102
    names = {}
    exec(f"import numpy as np\n{source}", names)  # noqa: S102
    caller = NamespaceCaller(names, references=lambda: references)
    return run_questions(checks, caller, 1).behaviours, names


RIGHT = "def second(x): return 2 * first(x)\n"


def test_a_mistake_costs_its_own_question():
    behaviours, names = _graded(
        "def first(x): return x - 1\n" + RIGHT, first=lambda x: x + 1, second=lambda x: None
    )
    assert not behaviours["first"][0].passed
    assert [each.passed for each in behaviours["second"]] == [True, True, True]
    assert behaviours["second"][1].message == GIVEN
    assert names["first"](1) == 0  # the student's own is back


def test_right_functions_do_not_help_a_wrong_answer():
    for wrong in (
        "return first(x)",
        "return 0 * x",
        "return first(first(x))",
        "return 2 * (x - 1)",
    ):
        behaviours, _ = _graded(
            f"def first(x): return x - 1\ndef second(x): {wrong}\n", first=lambda x: x + 1
        )
        assert not behaviours["second"][1].passed, wrong


def test_what_zeros_have_too_counts_beside_values_only():
    behaviours, _ = _graded("def first(x): return 0 * x\ndef second(x): return 0 * x\n")
    assert points(behaviours["first"] + behaviours["second"]) == 0
    message = "This counts together with another behaviour of the question."
    assert behaviours["second"][0].message == message


def test_an_argument_that_was_changed_costs_a_behaviour():
    behaviours, _ = _graded("def first(x): return x + 1\ndef second(x): x += 1; return 2 * x\n")
    *values, unchanged = behaviours["second"]
    assert all(each.passed for each in values)
    assert unchanged == Behaviour(
        UNCHANGED,
        1.0,
        False,
        "`second` changed an array that it was given: work on a copy.",
        shared_with_zeros=True,
    )


def test_a_first_run_that_stops_before_the_change_does_not_hide_it():
    """The question before is not written: only beside its right function the change is made."""
    behaviours, _ = _graded(
        "def first(x): raise NotImplementedError\n"
        "def second(x):\n    y = 2 * first(x)\n    x += 1\n    return y\n",
        first=lambda x: x + 1,
    )
    *values, unchanged = behaviours["second"]
    assert all(each.passed for each in values)
    assert (unchanged.name, unchanged.passed) == (UNCHANGED, False)


def test_what_an_earlier_function_changes_is_not_held_against_a_later_one():
    behaviours, _ = _graded("def first(x): x += 1; return x + 1\n" + RIGHT, first=lambda x: x + 1)
    assert all(each.passed for each in behaviours["second"])


def test_a_list_is_no_array():
    behaviours, _ = _graded("def first(x): return (x + 1).tolist()\n" + RIGHT)
    assert behaviours["first"][0].message.endswith("needed an array; got a list.")
