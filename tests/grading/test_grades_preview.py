"""What a new grading would change: exactly that, with the cause, and nothing is written."""

import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from classroom import MINI, answer, hand_in, isolates, mini_course, run, scores

pytestmark = pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")

CHECKS = f"grader_tests/{MINI}/checks.py"


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A graded class: one is right, one doubles wrongly, one rounds whole numbers only."""
    root = mini_course(tmp_path_factory.mktemp("course"))
    hand_in(root, MINI, "ada", "solutions")
    hand_in(root, MINI, "bob", "solutions", answer("def double(x): return 2.2 * x"))
    hand_in(root, MINI, "cid", "solutions", answer("def double(x): return x + np.abs(x)"))
    assert run(root, "-m", "galflux_edu.cli", "grade", MINI).returncode == 0
    return root


@pytest.fixture
def root(graded, tmp_path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "course"))


def _diff(root, *options, code=0):
    """Return the lines of grades that would change, by student and question, and all the rest."""
    before = _written(root)
    done = run(root, "-m", "galflux_edu.cli", "grade", "diff", MINI, *options)
    assert done.returncode == code, done.stderr
    assert _written(root) == before, "it must not write"
    lines = done.stdout.strip().split("\n")
    table = {tuple(line.split()[:2]): line for line in lines[2:-2]} if len(lines) > 3 else {}
    return table, lines[-1], done.stderr


def _written(root):
    """Return everything that a grading writes."""
    files = [root / "gradebook.db", *(root / "autograded").rglob("*")]
    files += (root / ".grader" / "reports").rglob("*")
    return {path: path.read_bytes() for path in files if path.is_file()}


def _edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_nothing_changed_nothing_listed(root):
    assert _diff(root) == ({}, "no grade would change", "")


def test_a_changed_check_lists_exactly_the_changed_grades_and_grade_writes_them(root):
    """Zero becomes part of the question about arrays: only who doubles by abs is right there."""
    _edit(root / CHECKS, "case(rng.normal(size=(3, 2)))", "case(abs(rng.normal(size=(3, 2))))")
    table, last, _ = _diff(root, "--jobs", "1")
    assert list(table) == [("cid", "double")]
    row = re.split(r"  +", table["cid", "double"])
    assert row[2:5] == ["2.00", "6.00", f"{CHECKS} changed"]
    assert row[5].startswith(
        "gained 'arrays' (0 to 4): before: What `double` returns for arrays (3, 2)"
    )
    assert last == f"1 grades of 1 students would change; galflux grade {MINI} writes them"
    before = scores(root)
    assert run(root, "-m", "galflux_edu.cli", "grade", MINI).returncode == 0
    assert scores(root) == before | {("cid", "double"): 6.0}
    assert _diff(root)[:2] == ({}, "no grade would change")


def test_every_cause_is_named(root):
    hand_in(root, MINI, "bob", "solutions")
    hand_in(root, MINI, "new", "solutions")
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE grade SET auto_score = 5 WHERE auto_score = 2")
    table, last, _ = _diff(root)
    causes = {key: re.split(r"  +", line)[4] for key, line in table.items()}
    hand = "the gradebook was changed by hand (the grader had given 2)"
    assert causes == {
        ("ada", "halve"): hand,
        ("bob", "double"): "the submission changed",
        ("bob", "halve"): f"{hand}; the submission changed",
        ("cid", "double"): hand,
        ("cid", "halve"): hand,
        ("new", "double"): "there is no grade yet",
        ("new", "halve"): "there is no grade yet",
    }
    assert last == f"7 grades of 4 students would change; galflux grade {MINI} writes them"


def test_points_that_move_versions_isolation_and_who_was_graded_before_there_were_reports(root):
    _edit(root / CHECKS, '"arrays", 4', '"arrays", 5')
    _edit(root / CHECKS, '"whole numbers", 2', '"integers", 1')
    path = root / ".grader" / "reports" / MINI / "cid.json"
    report = json.loads(path.read_text())
    report["versions"]["numpy"] = "1.0"
    report["isolation"] = "none"
    path.write_text(json.dumps(report))
    table, _, _ = _diff(root, "--student", "cid")
    row = re.split(r"  +", table["cid", "double"])
    assert row[2:4] == ["2.00", "1.00"]
    assert re.fullmatch(
        rf"{re.escape(CHECKS)} changed; numpy 1\.0 became \S+; isolation was none, is bubblewrap",
        row[4],
    )
    assert row[5] == "'whole numbers' is no longer asked (2 of 2); 'integers' is new (1 of 1)"
    path.unlink()
    table, _, _ = _diff(root, "--student", "cid")
    row = re.split(r"  +", table["cid", "double"])
    assert row[4].strip() == "there is no report of the grade in the gradebook"


def test_what_a_person_gave_stays_and_who_cannot_be_graded_is_named(root):
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE grade SET manual_score = 3 WHERE auto_score = 6")
    _edit(root / CHECKS, "x + x", "3 * x")
    (root / "submitted" / "cid" / MINI / f"{MINI}.ipynb").unlink()
    table, _, notes = _diff(root, code=1)
    assert table == {}
    assert "note: points that a person gave stay as they are: ada double\n" in notes
    folder = root / "submitted" / "cid" / MINI
    sentence = f"needed {MINI}.ipynb in {folder}; it is not there"
    assert f"cid: COULD NOT BE GRADED: {sentence}" in notes
