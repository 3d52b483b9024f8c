"""The hidden line of a graded cell, run as a notebook would run it."""

import re
import sys

import pytest

from galflux_edu.errors import InputError
from galflux_edu.grading import course_root, grade, load_checks

CHECKS = """
from galflux_edu.grading import against, behaviour, case, question

@question("third")
def third(call, rng):
    for share in (0.1, 0.2, 0.7):
        test = against(call, "third", lambda x: x / 3)
        yield behaviour(f"share {share}", share, test, [case(6)])
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one check, and a student's folder in it."""
    (tmp_path / "grader_tests" / "ps0_third").mkdir(parents=True)
    (tmp_path / "grader_tests" / "ps0_third" / "checks.py").write_text(CHECKS)
    (tmp_path / "nbgrader_config.py").touch()
    folder = tmp_path / "autograded" / "ada" / "ps0_third"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


def _shown(monkeypatch, namespace):
    shown = []
    monkeypatch.setattr(sys, "displayhook", shown.append)
    grade("ps0_third", "third", namespace)
    return shown


def test_the_points_are_shown_as_one_plain_float(course, monkeypatch, capsys):
    """nbgrader would give full points for anything that it cannot read as one number."""
    (points,) = _shown(monkeypatch, {"third": lambda x: x / 3})
    assert type(points) is float
    assert repr(points) == "1.0"
    assert "third: 1 of 1 points" in capsys.readouterr().out


def test_what_is_missing_is_explained(course, monkeypatch, capsys):
    assert _shown(monkeypatch, {}) == [0.0]
    assert capsys.readouterr().out.split("\n")[:3] == [
        "third: 0 of 1 points",
        "  \N{BALLOT X} share 0.1 (0 of 0.1)",
        "      `third` is not defined: keep the name and run its cell.",
    ]


def test_where_there_is_no_course_it_is_said(course, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    message = (
        "course: needed a folder with nbgrader_config.py and grader_tests, here or above; "
        f"got {elsewhere}"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        course_root(elsewhere)
    message = f"checks: needed grader_tests/ps1_none/checks.py in {course}; it is not there"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        load_checks(course, "ps1_none")
    message = "checks: needed a question 'half' in grader_tests/ps0_third/checks.py; got third"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        grade("ps0_third", "half", {})
