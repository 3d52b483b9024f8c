"""The judge of the judges: it passes a sound set of answers and finds an unsound one."""

import re

import pytest
from classroom import MINI

from galflux_edu.errors import InputError
from galflux_edu.grading.root import load


def _runner(root):
    return load(root, "grader_tests.selftest")


def test_sound_answers_pass(mini):
    result = _runner(mini).selftest(mini, [MINI], mutants=True)
    row = {"set": MINI, "ok": True}
    cases = [
        ("correct", "solution", 8, 8),
        ("correct", "in_jax", 8, 8),
        ("wrong", "double_add_two", 2, 2),
        ("wrong", "double_square", 2, 2),
        ("wrong", "double_one_more", 6, 6),
        ("wrong", "halve_whole_half", 6, 6),
        ("wrong", "empty_stub", 0, 0),
        ("wrong", "zeros_everywhere", 0, 0),
    ]
    assert result.summary() == {
        "rows": [
            row | {"kind": kind, "case": case, "points": points, "expected": expected}
            for kind, case, points, expected in cases
        ],
        "true_positive_rate": 1.0,
        "true_negative_rate": 1.0,
        "visible_catch_rate": 1.0,
        "own_question_rate": 1.0,
        "attacks": 0,
        "attacks_gained": 0,
        "mutants": 6,
        "killed_hidden": 6,
        "killed_visible": 6,
        "equivalent": 0,
    }
    assert result.passed


def test_unsound_answers_are_found(copied):
    folder = copied / "grader_tests" / MINI
    for path, old, new in (
        ("mistakes.py", 'says="this is the square", loses=6', 'says="this is the square", loses=2'),
        ("correct/in_jax.py", "2 * jnp", "3 * jnp"),
    ):
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))
    result = _runner(copied).selftest(copied, [MINI])
    faults = {case.case: case.faults for case in result.cases if not case.ok}
    assert set(faults) == {"double_square", "in_jax"}
    assert faults["double_square"][0] == "needed to lose 2; lost 6"
    assert faults["in_jax"][-1].startswith("the visible tests refuse it: AssertionError: double: ")
    assert result.rate("correct") == 0.5
    assert not result.passed
    assert _runner(copied).update(copied, result.cases, MINI) == 1
    assert 'says="this is the square", loses=6' in (folder / "mistakes.py").read_text()


def test_a_mistake_has_to_fit_once(copied):
    path = copied / "grader_tests" / MINI / "mistakes.py"
    path.write_text(path.read_text().replace('"return x / 2"', '"return x / 3"'))
    message = (
        "mistakes: needed 'return x / 3' exactly once in the solution of 'halve' for "
        "'whole_half'; got it 0 times"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        _runner(copied).selftest(copied, [MINI])


def test_the_worst_set_sets_the_rates(mini):
    runner = _runner(mini)
    cases = [
        runner.Case(name, "wrong", str(i), 0.0, 0.0, 1.0, caught, caught, ())
        for name, all_caught in (("a", [True, True]), ("b", [True, False]))
        for i, caught in enumerate(all_caught)
    ]
    stub = runner.Case("b", "wrong", "empty_stub", 0.0, 0.0, 1.0, True, True, ())
    result = runner.SelfTest((*cases, stub))
    assert (result.visible_catch_rate, result.own_question_rate) == (0.5, 0.5)
    assert not result.passed


def test_a_set_without_answers_is_said_to_have_none(mini):
    message = (
        "selftest: needed grader_tests/ps9_none/mistakes.py and solutions in other styles in "
        "grader_tests/ps9_none/correct; one of them is not there"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        _runner(mini).selftest(mini, ["ps9_none"])


def test_a_new_set_builds_and_passes_at_once(copied):
    from galflux_edu.course import build, write
    from galflux_edu.course.new import write_skeleton

    name = "ps7_hello_world"
    written = write_skeleton(copied, name)
    assert len(written) == 8
    write(copied, name, build(copied, name))
    result = _runner(copied).selftest(copied, [name], mutants=True)
    assert result.passed
    assert result.visible_catch_rate == 1
    with pytest.raises(InputError, match=r"^course new: needed a new name; course/ps7_hello_world"):
        write_skeleton(copied, name)
    with pytest.raises(InputError, match=r"^course new: needed a name such as ps0_hello; got 'x'$"):
        write_skeleton(copied, "x")
