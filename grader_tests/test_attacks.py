"""The attacks are well made, and a few quick ones of each kind gain nothing.

All of them take minutes: ``galflux selftest ps4_convolution --attacks``.
"""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from galflux_edu.errors import InputError
from galflux_edu.grading import load_checks
from galflux_edu.grading.root import load
from galflux_edu.grading.sandbox import IsolationError, probe
from grader_tests import selftest
from grader_tests.attacks import runner as attacks
from grader_tests.attacks.runner import attack, attack_names, attacked_set
from grader_tests.attacks.side_effects import SideEffectMonitor

ROOT = Path(__file__).resolve().parents[1]
NAME = attacked_set(ROOT)
NAMES = attack_names(ROOT)
POINTS = {each: check.points for each, check in load_checks(ROOT, NAME).QUESTIONS.items()}
QUICK = (
    "compare_replaced",
    "display_before_every_cell",
    "exit_in_a_call",
    "file_truncated",
    "folders_of_other_processes",
    "forged_replies",
    "masked_answer_unmasked",
    "points_100",
    "tests_exchanged",
    "values_objects_and_strings",
    "wrong_types",
)


@pytest.fixture(scope="module")
def released() -> dict:
    return json.loads((ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_is_well_formed(name, released):
    attack = load(ROOT, f"grader_tests.attacks.corpus.{name}")
    assert attack.__doc__.endswith(".")
    assert "\n" not in attack.__doc__
    assert attack.STOCK in ("gains", "fails") or attack.STOCK.startswith("unsafe: ")
    assert all(0 < points <= POINTS[each] for each, points in attack.EXPECTED.items())
    before = json.dumps(released)
    content = attack.submission(released)
    assert isinstance(content, bytes)
    assert json.dumps(released) == before
    assert content == attack.submission(released)


def test_there_are_enough_and_most_of_those_tried_work_elsewhere():
    stock = [load(ROOT, f"grader_tests.attacks.corpus.{name}").STOCK for name in NAMES]
    assert len(stock) >= 60
    assert stock.count("gains") > stock.count("fails")


def test_quick_attacks_gain_nothing_and_harm_nobody():
    try:
        probe()
    except IsolationError as error:
        pytest.skip(str(error))
    results = attack(ROOT, QUICK)
    assert [result.case for result in results][:-2] == list(QUICK)
    assert {result.case: result.faults for result in results if not result.ok} == {}
    assert not any(result.gained for result in results)


def test_grades_are_compared_question_by_question(monkeypatch):
    monkeypatch.setattr(attacks, "_grades", lambda *given: {"flatten": 3.0, "relu_forward": 0.0})
    result = attacks.compare(ROOT, NAME, "attack", "eve", {"relu_forward": 3.0}, ("a fault",))
    assert result.faults == (
        "a fault",
        "flatten: needed 0 points; got 3",
        "relu_forward: needed 3 points; got 0",
    )
    assert (result.points, result.expected, result.gained, result.ok) == (3.0, 3.0, True, False)


def test_attacks_are_refused_for_another_set():
    message = f"selftest: needed {NAME}, the set that attacks are written for; got ps1, ps2"
    with pytest.raises(InputError, match=f"^{message}$"):
        selftest.selftest(ROOT, ["ps1", "ps2"], attacks=True)


@pytest.fixture
def course(tmp_path):
    """Return a course with one file and one row in its gradebook, beside `temporary`."""
    (tmp_path / "course" / "solutions").mkdir(parents=True)
    (tmp_path / "temporary").mkdir()
    (tmp_path / "course" / "solutions" / "answer.txt").write_text("42")
    with closing(sqlite3.connect(tmp_path / "course" / "gradebook.db")) as book, book:
        book.execute("CREATE TABLE grade (name TEXT, score REAL)")
        book.execute("INSERT INTO grade VALUES ('relu_forward', 3.0)")
    return tmp_path / "course"


@pytest.fixture
def watch(course):
    return SideEffectMonitor(course, course.parent / "temporary")


def test_no_harm_is_seen_where_only_the_grader_writes(course, watch):
    (course / "autograded").mkdir()
    (course / "autograded" / "graded.ipynb").write_text("{}")
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute("INSERT INTO grade VALUES ('flatten', 4.0)")
    assert list(watch.changes("")) == []


def test_a_process_that_is_left_is_seen(watch):
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        seen = list(watch.changes(""))
        process.kill()
    assert seen == ["processes are left: /bin/sleep 60"]
    assert list(watch.changes("")) == []


def test_an_orphan_is_seen(watch):
    subprocess.run(["/bin/sh", "-c", "sleep 3 & exec true"], check=True)
    assert list(watch.changes("")) == ["processes are left: sleep 3"]


def test_files_that_are_left_are_seen(course, watch):
    outside = Path("/tmp/galflux-was-here-7.txt")  # noqa: S108
    others = Path("/tmp/tmp.galflux")  # noqa: S108
    outside.touch()
    others.touch()
    (course.parent / "temporary" / "scratch").touch()
    try:
        assert list(watch.changes("open(f'/tmp/galflux-was-here-{n}.txt')")) == [
            f"files are left on the machine: {outside}",
            "temporary files are left: scratch",
        ]
    finally:
        outside.unlink()
        others.unlink()


def test_files_that_have_changed_are_seen(course, watch):
    (course / "solutions" / "answer.txt").write_text("43")
    (course / "new.txt").touch()
    assert list(watch.changes("")) == [
        "files of the course have changed: new.txt, solutions/answer.txt"
    ]


def test_a_row_that_has_changed_is_seen(course, watch):
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute("UPDATE grade SET score = 90")
    assert list(watch.changes("")) == [
        "rows of the gradebook have changed: 1, such as grade ('relu_forward', 3.0)"
    ]
