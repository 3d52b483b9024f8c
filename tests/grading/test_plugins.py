"""A class goes through the stock commands of nbgrader and the trusted grader behind them."""

import csv
import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from classroom import MINI, answer, hand_in, isolates, mini_course, nbgrader, run, scores

pytestmark = pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")

FULL, ZERO = {"double": 6.0, "halve": 2.0}, {"double": 0.0, "halve": 0.0}
HIDDEN = "from galflux_edu.grading import grade"


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A tiny course that nbgrader knows; tests leave it as it is."""
    return mini_course(tmp_path_factory.mktemp("course"))


@pytest.fixture
def root(course, tmp_path) -> Path:
    return Path(shutil.copytree(course, tmp_path / "course"))


def _without_bubblewrap() -> str:
    """Return a PATH on which only this Python and its tools can be found."""
    return str(Path(sys.executable).parent)


def _grades(root, student):
    """Return what the machine gave for the graded code cells."""
    return {
        cell: score
        for (who, cell), score in scores(root).items()
        if who == student and cell != "why"
    }


def _notebook(root, student, side="autograded"):
    return nbformat.read(root / side / student / MINI / f"{MINI}.ipynb", as_version=4)


def _report(root, student):
    return json.loads((root / ".grader" / "reports" / MINI / f"{student}.json").read_text())


def _cell(cells, grade_id):
    return next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def _both(*edits):
    return lambda cells: [edit(cells) for edit in edits]


def _raw(root, student, content: bytes):
    """Hand in whatever `content` is."""
    folder = hand_in(root, MINI, student, "exercises")
    (folder / f"{MINI}.ipynb").write_bytes(content)


CORRUPT = {
    "empty": b"",
    "latin": "é".encode("latin-1"),
    "list": b"[1, 2]",
    "three": b'{"nbformat": 3, "worksheets": []}',
    "huge": b"[" * 10**6,
}


def _tests(edit):
    return lambda cells: edit(cells, _cell(cells, "double"))


UNLOCKED = {"locked": False, "grade": False}
TAMPERED = {
    "deleted": _tests(lambda cells, test: cells.remove(test)),
    "doubled": _tests(lambda cells, test: cells.append(test.copy())),
    "retyped": _tests(lambda cells, test: test.update(cell_type="markdown")),
    "moved": _tests(lambda cells, test: (cells.remove(test), cells.insert(0, test))),
    "unlocked": _tests(lambda cells, test: test.metadata.nbgrader.update(UNLOCKED)),
    "hundred": _tests(lambda cells, test: test.metadata.nbgrader.update(points=100)),
    "repointed": _tests(lambda cells, test: test.metadata.nbgrader.update(grade_id="halve")),
    "skipped": _tests(lambda cells, test: test.metadata.update(tags=["demo"])),
    "gone": lambda cells: cells.clear(),
}


def test_every_kind_of_submission_gets_what_it_deserves(root):
    """One class: right, blank, late, half right, corrupt, tampered with."""
    solved, blank = (_notebook_text(root, side) for side in ("solutions", "exercises"))
    nbgrader(root, "db", "assignment", "add", MINI, "--duedate=2026-03-01 12:00:00 UTC")
    hand_in(root, MINI, "solved", "solutions")
    hand_in(root, MINI, "blank", "exercises")
    late = hand_in(root, MINI, "late", "solutions")
    (late / "timestamp.txt").write_text("2026-03-03 09:00:00 UTC")
    hand_in(root, MINI, "half", "solutions", answer("def halve(x): return x", "halve_code"))
    bare = json.loads(solved)
    for cell in bare["cells"]:
        cell.pop("outputs", None), cell.pop("execution_count", None), cell.pop("id", None)
    bare["metadata"] = {"kernelspec": {"name": "my-own-kernel", "display_name": "mine"}}
    _raw(root, "bare", json.dumps(bare).encode())
    for name, content in CORRUPT.items():
        _raw(root, name, content)
    for name, edit in TAMPERED.items():
        hand_in(root, MINI, f"right-{name}", "solutions", edit)
        hand_in(root, MINI, f"wrong-{name}", "exercises", edit)
    nbgrader(root, "autograde", MINI)
    nbgrader(root, "generate_feedback", MINI)
    nbgrader(root, "export")

    for student in ("solved", "late", "bare", *(f"right-{name}" for name in TAMPERED)):
        # Whoever hands in no cells hands in no answers; and a test in front of its answer is asked
        # where it stands, before there is one, as `galflux check` says too.
        odd = {"right-gone": ZERO, "right-moved": FULL | {"double": 0.0}}
        assert _grades(root, student) == odd.get(student, FULL), student
    for student in ("blank", *CORRUPT, *(f"wrong-{name}" for name in TAMPERED)):
        assert _grades(root, student) == ZERO, student
    assert _grades(root, "half") == {"double": 6.0, "halve": 0.0}

    with (root / "grades.csv").open() as table:
        rows = {row["student_id"]: row for row in csv.DictReader(table)}
    assert float(rows["late"]["late_submission_penalty"]) == pytest.approx(0.2 * 8)
    assert float(rows["late"]["score"]) == pytest.approx(0.8 * 8)

    for name in CORRUPT:
        notebook = _notebook(root, name)
        assert "could not be read" in notebook.cells[0].source
        assert len(notebook.cells) == 1 + len(json.loads(blank)["cells"])
        assert _report(root, name)["for_a_person"] == [notebook.metadata.galflux.for_a_person[0]]
    for path in (root / "feedback").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "HIDDEN TESTS" not in page
        assert "grader_tests" not in page
        assert "galflux_edu" not in page
    for path in (root / "autograded").rglob("*.ipynb"):
        assert HIDDEN not in path.read_text(encoding="utf-8")
    assert "halve: 0 of 2 points" in (root / f"feedback/half/{MINI}/{MINI}.html").read_text()


def _notebook_text(root, side):
    return (root / side / MINI / f"{MINI}.ipynb").read_text(encoding="utf-8")


def test_what_is_written_is_what_nbgrader_and_the_student_need(root):
    noisy = "import sys\nprint('hello'); print('careful', file=sys.stderr)\n"
    edit = _both(
        answer(noisy + "def double(x): return 2 * x"),
        answer("def halve(x): return x / 3", "halve_code"),
    )
    hand_in(root, MINI, "ada", "exercises", edit)
    nbgrader(root, "autograde", MINI)
    cells = _notebook(root, "ada").cells
    double, halve = (_cell(cells, name) for name in ("double", "halve"))
    assert double.source == _cell(_release(root), "double").source
    assert [output.output_type for output in double.outputs] == ["execute_result", "stream"]
    assert double.outputs[0].data == {"text/plain": "6.0"}
    number, text, error = halve.outputs
    assert number.data == {"text/plain": "0.0"}
    assert text.text.startswith("halve: 0 of 2 points\n  \N{BALLOT X} a number (0 of 2)\n")
    assert (error.output_type, error.ename) == ("error", "AssertionError")
    shown = _cell(cells, "double_code").outputs
    assert {output.name: output.text for output in shown} == {
        "stdout": "hello\n",
        "stderr": "careful\n",
    }
    report = _report(root, "ada")
    assert report == _notebook(root, "ada").metadata.galflux
    assert {key: report[key] for key in ("student", "isolation", "points", "max_points")} == {
        "student": "ada",
        "isolation": "bubblewrap",
        "points": 6.0,
        "max_points": 8.0,
    }
    assert report["questions"] == {"double": 6.0, "halve": 0.0}
    assert 0 < report["seconds"] < 60
    assert (report["restarts"], report["flags"], report["for_a_person"]) == (0, [], [])


def _release(root):
    return nbformat.read(root / "exercises" / MINI / f"{MINI}.ipynb", as_version=4).cells


def test_a_crash_and_an_endless_loop_cost_only_their_question(root):
    crash = "import os\ndef double(x): os._exit(0)"
    hand_in(root, MINI, "crash", "solutions", answer(crash))
    loop = "def double(x):\n    while True: pass"
    with (root / "grader_tests" / MINI / "__init__.py").open("a") as checks:
        checks.write("\nfrom galflux_edu.grading.sandbox import Limits\n")
        checks.write("LIMITS = Limits(cell_seconds=2, call_seconds=1)\n")
    hand_in(root, MINI, "loop", "solutions", answer(loop))
    nbgrader(root, "autograde", MINI)
    for student in ("crash", "loop"):
        assert _grades(root, student) == {"double": 0.0, "halve": 2.0}, student
    assert _report(root, "crash")["restarts"] > 0


def test_the_same_content_gets_the_same_grades_and_messages(root):
    edit = answer("def double(x): return 2.2 * x")
    hand_in(root, MINI, "ada", "solutions", edit)
    nbgrader(root, "autograde", MINI)
    first = _notebook(root, "ada").cells
    shutil.rmtree(root / ".grader" / "cache")
    nbgrader(root, "autograde", MINI, "--force")
    assert _notebook(root, "ada").cells == first


def test_a_failed_grading_leaves_no_old_score(root):
    hand_in(root, MINI, "ada", "solutions")
    nbgrader(root, "autograde", MINI)
    assert _grades(root, "ada") == FULL
    shutil.rmtree(root / "grader_tests")
    (root / "grader_tests").mkdir()
    done = run(root, "-m", "nbgrader", "autograde", MINI, "--force")
    assert done.returncode == 1
    assert f"needed grader_tests/{MINI}/checks.py in {root}; it is not there" in done.stderr
    assert _grades(root, "ada") == dict.fromkeys(FULL)
    assert not (root / "autograded" / "ada" / MINI).exists()


def test_without_isolation_everybody_is_refused_with_a_sentence(root):
    for student in ("ada", "bob"):
        hand_in(root, MINI, student, "solutions")
    done = run(root, "-m", "nbgrader", "autograde", MINI, path=_without_bubblewrap())
    assert done.returncode == 1
    assert done.stderr.count("needed bubblewrap to isolate students' code; bwrap is not") == 2
    assert _grades(root, "ada") == _grades(root, "bob") == dict.fromkeys(FULL)


def test_without_isolation_and_allowed_it_is_said_everywhere(root):
    config = root / "nbgrader_config.py"
    allowed = "c.IsolatedExecute.allow_unsandboxed = True"
    config.write_text(config.read_text().replace(allowed.replace("True", "False"), allowed))
    assert allowed in config.read_text()
    hand_in(root, MINI, "ada", "solutions")
    done = run(root, "-m", "nbgrader", "autograde", MINI, path=_without_bubblewrap())
    assert done.returncode == 0, done.stderr
    assert "ERROR" in done.stderr
    assert "Graded without isolation" in done.stderr
    assert _grades(root, "ada") == FULL
    assert _notebook(root, "ada").cells[0].source.startswith("**Graded without isolation")
    report = _report(root, "ada")
    assert report["isolation"] == "none"
    assert report["flags"][0].startswith("Graded without isolation")


def test_a_gradebook_that_is_behind_the_notebook_is_said_to_be(root):
    path = root / "exercises" / MINI / f"{MINI}.ipynb"
    path.write_text(path.read_text().replace('"points": 6', '"points": 7'))
    hand_in(root, MINI, "ada", "exercises")
    done = run(root, "-m", "nbgrader", "autograde", MINI)
    assert done.returncode == 1
    assert "in the gradebook, run nbgrader generate_assignment; got" in done.stderr


def test_a_config_without_the_library_stops_nbgrader(root):
    """Else nbgrader would drop the whole file and grade without the sandbox."""
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("nbgrader_plugins import", "no_such_room import"))
    done = run(root, "-m", "nbgrader", "autograde", MINI)
    assert done.returncode == 1
    assert "nbgrader_config.py: pip install -e '.[instructor]'" in done.stderr
