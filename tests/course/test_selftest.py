"""The judge of the judges: it passes a sound corpus and finds an unsound one."""

import re

import pytest
from classroom import MINI

from galflux_edu.errors import InputError
from grader_tests import selftest
from grader_tests.selftest import Case, SelfTest


def test_a_sound_corpus_passes(mini):
    result = selftest(mini, [MINI])
    assert result.passed
    row = {"set": MINI, "ok": True}
    assert result.summary() == {
        "rows": [
            row | {"kind": "correct", "case": "in_jax", "points": 8.0, "expected": 8.0},
            row | {"kind": "wrong", "case": "add_two", "points": 2.0, "expected": 2.0},
            row | {"kind": "wrong", "case": "empty_stub", "points": 0.0, "expected": 0.0},
            row | {"kind": "wrong", "case": "one_more", "points": 6.0, "expected": 6.0},
            row | {"kind": "wrong", "case": "square", "points": 2.0, "expected": 2.0},
            row | {"kind": "wrong", "case": "whole_half", "points": 6.0, "expected": 6.0},
        ],
        "true_positive_rate": 1.0,
        "true_negative_rate": 1.0,
        "visible_catch_rate": 0.75,
        "attacks": 0,
        "attacks_gained": 0,
    }


def test_an_unsound_corpus_is_found(copied):
    corpus = copied / "grader_tests" / "corpus" / MINI
    for path, old, new in (
        ("wrong/square.py", '{"double": 6}', '{"double": 2}'),
        ("wrong/one_more.py", "VISIBLE = False", "VISIBLE = True"),
        ("correct/in_jax.py", "2 * jnp", "3 * jnp"),
    ):
        text = (corpus / path).read_text()
        assert old in text
        (corpus / path).write_text(text.replace(old, new))
    result = selftest(copied, [MINI])
    faults = {case.case: case.faults for case in result.cases if not case.ok}
    assert set(faults) == {"square", "one_more", "in_jax"}
    assert faults["one_more"] == ("no visible test catches it, and VISIBLE says one must",)
    assert faults["square"][0].startswith("double: needed to lose 2; lost 6 (arrays: Twice x ")
    assert faults["in_jax"][-1] == "the visible tests refuse a correct answer in double"
    assert result.rate("correct") == 0.0
    assert result.rate("wrong") == 0.8
    assert not result.passed


def test_the_worst_set_sets_the_visible_rate():
    cases = [
        Case(name, "wrong", str(i), 0.0, 0.0, 10, caught, ())
        for name, all_caught in (("a", [True, True]), ("b", [True, False]))
        for i, caught in enumerate(all_caught)
    ]
    stub = Case("b", "wrong", "empty_stub", 0.0, 0.0, 10, True, ())
    result = SelfTest((*cases, stub))
    assert result.visible_catch_rate == 0.5
    assert not result.passed


def test_a_set_without_a_corpus_is_said_to_have_none(mini):
    message = "selftest: needed answers in grader_tests/corpus/ps9_none/correct; got none"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        selftest(mini, ["ps9_none"])
