"""The command that grades a class: in parallel, and killed as often as you like."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from classroom import MINI, hand_in, isolates, mini_course, nbgrader, run, scores

pytestmark = pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")

GRADE = ("-m", "galflux_edu.cli", "grade", MINI)
KILLS = int(os.environ.get("GALFLUX_KILLS", "3"))  # 20 in the long version of the last test
CLASS = 20 if KILLS >= 20 else 6


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A tiny course with a class; tests leave it as it is."""
    root = mini_course(tmp_path_factory.mktemp("course"))
    for i in range(CLASS):
        hand_in(root, MINI, f"student-{i:02}", "solutions", _answer(i))
    return root


@pytest.fixture
def root(course, tmp_path) -> Path:
    return Path(shutil.copytree(course, tmp_path / "course"))


def _answer(i):
    """Return an edit after which a third of the class is right, a third half right."""
    wrong = {"double_code": "def double(x): return 2.2 * x", "halve_code": "def halve(x): pass"}

    def edit(cells):
        for cell in cells:
            source = wrong.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if source and (i % 3 == 2 or (i % 3 == 1 and "halve" in source)):
                cell.source = source
            elif source:
                cell.source += f"\n# by student {i}"

    return edit


FULL = {"double": 6.0, "halve": 2.0}
EXPECTED = [FULL, {"double": 6.0, "halve": 0.0}, {"double": 0.0, "halve": 0.0}]


def _expected():
    return {
        (f"student-{i:02}", question): points
        for i in range(CLASS)
        for question, points in EXPECTED[i % 3].items()
    }


def _grades(root):
    return {key: score for key, score in scores(root).items() if key[1] != "why"}


def _cells(root):
    """Return what every graded notebook shows."""
    return {
        path.parts[-3]: json.loads(path.read_text())["cells"]
        for path in sorted((root / "autograded").rglob("*.ipynb"))
    }


def _written(root):
    notebooks = (root / "autograded").rglob("*.ipynb")
    return {path.parts[-3]: path.stat().st_mtime_ns for path in notebooks}


def _fails(root, *arguments):
    done = run(root, *GRADE, *arguments)
    assert done.returncode == 2
    return done.stderr.strip().split("\n")[-1]


def test_a_class_gets_the_grades_that_nbgrader_alone_would_write(root, tmp_path):
    alone = Path(shutil.copytree(root, tmp_path / "alone"))
    done = run(root, *GRADE, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert f"{CLASS} of {CLASS} submissions graded" in done.stdout
    assert re.search(r"^student-00 +8\.00 +8\.00 +bubblewrap +\d+\.\d$", done.stdout, re.MULTILINE)
    assert _grades(root) == _expected()
    (alone / ".grader").mkdir()
    shutil.copy(root / ".grader" / "secret", alone / ".grader")
    nbgrader(alone, "autograde", MINI)
    assert scores(alone) == scores(root)
    assert _cells(alone) == _cells(root)


def test_what_is_finished_stays_and_what_changed_is_graded_again(root):
    assert run(root, *GRADE).returncode == 0
    before = _written(root)
    hand_in(root, MINI, "student-02", "solutions")
    hand_in(root, MINI, "newcomer", "solutions")
    (root / "autograded" / "student-01" / MINI / f"{MINI}.ipynb").chmod(0o644)
    (root / "autograded" / "student-01" / MINI / f"{MINI}.ipynb").write_text("half a note")
    (root / "submitted" / "student-03" / MINI / "timestamp.txt").write_text("2026-01-01 00:00 UTC")
    assert run(root, *GRADE, "--resume").returncode == 0
    after = _written(root)
    changed = {student for student in after if after[student] != before.get(student)}
    assert changed == {"student-01", "student-02", "student-03", "newcomer"}
    full = {(who, each): FULL[each] for who in ("student-02", "newcomer") for each in FULL}
    assert _grades(root) == _expected() | full
    assert run(root, *GRADE, "--again", "--student", "student-00").returncode == 0
    last = _written(root)
    assert {student for student in last if last[student] != after[student]} == {"student-00"}


def test_a_new_gradebook_gets_everybody(root):
    empty = (root / "gradebook.db").read_bytes()
    assert run(root, *GRADE).returncode == 0
    (root / "gradebook.db").write_bytes(empty)
    assert run(root, *GRADE).returncode == 0
    assert _grades(root) == _expected()


HERE = f"""
import sys
from pathlib import Path
from galflux_edu.grading.jobs import grade_class

grade_class(Path.cwd(), {MINI!r}, jobs=1)
print(*(name for name in sys.modules if name.startswith("grader_tests")))
"""


def test_the_process_that_writes_loads_no_hidden_checks(root):
    done = run(root, "-c", HERE)
    assert (done.returncode, done.stdout) == (0, "\n")
    assert _grades(root) == _expected()


def test_who_cannot_be_graded_is_named_and_has_no_old_score(root):
    assert run(root, *GRADE).returncode == 0
    (root / "submitted" / "student-00" / MINI / f"{MINI}.ipynb").unlink()
    done = run(root, *GRADE)
    assert done.returncode == 1
    folder = root / "submitted" / "student-00" / MINI
    assert (
        f"student-00: NOT GRADED: needed {MINI}.ipynb in {folder}; it is not there" in done.stderr
    )
    assert f"{CLASS - 1} of {CLASS} submissions graded" in done.stdout
    nobody = {("student-00", "double"): None, ("student-00", "halve"): None}
    assert _grades(root) == _expected() | nobody


def test_without_isolation_everybody_is_refused(root):
    done = run(root, *GRADE, path=str(Path(sys.executable).parent))
    assert done.returncode == 1
    assert done.stderr.count("NOT GRADED: ") == CLASS
    assert set(_grades(root).values()) <= {None}


def test_mistakes_are_answered_with_a_sentence(root, tmp_path):
    assert _fails(root, "--student", "nobody").endswith(
        f"grade: needed submitted/nobody/{MINI} in {root}; it is not there"
    )
    shutil.rmtree(root / "submitted")
    assert _fails(root).endswith(f"grade: needed submitted/*/{MINI} in {root}; it is not there")
    (root / "gradebook.db").unlink()
    assert _fails(root).endswith(
        "grade: needed a problem set that the gradebook knows, run nbgrader generate_assignment "
        f"{MINI} first; got '{MINI}'"
    )


def test_two_graders_do_not_write_at_once(root):
    import fcntl

    (root / ".grader").mkdir(mode=0o700)
    with (root / ".grader" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert _fails(root).endswith(
            f"grade: needed the course {root} for itself; got another galflux grade at work"
        )


def _start(root, scratch):
    return subprocess.Popen(
        [sys.executable, *GRADE, "--jobs", "2", "--resume"],
        cwd=root,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _kill(grader):
    """Kill the grader, and return it with all that it had started."""
    top = psutil.Process(grader.pid)
    top.suspend()  # so that it starts nothing while we look
    family = [top, *top.children(recursive=True)]
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    return family


def test_killed_at_any_moment_it_goes_on_where_it_was(course, tmp_path):
    """GALFLUX_KILLS=20 makes it a class of twenty, killed twenty times."""
    names = ("calm", "disturbed")
    calm, disturbed = (Path(shutil.copytree(course, tmp_path / name)) for name in names)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    began = time.monotonic()
    assert run(calm, *GRADE, "--jobs", "2").returncode == 0
    seconds = time.monotonic() - began
    (disturbed / ".grader").mkdir(mode=0o700)
    shutil.copy(calm / ".grader" / "secret", disturbed / ".grader")

    rng, family = random.Random(0), []
    for _ in range(KILLS):
        grader = _start(disturbed, scratch)
        time.sleep(rng.uniform(0.1, seconds))
        if grader.poll() is None:
            family += _kill(grader)
    assert not psutil.wait_procs(family, timeout=10)[1]
    assert _start(disturbed, scratch).wait() == 0

    assert scores(disturbed) == scores(calm)
    assert _grades(disturbed) == _expected()
    assert _cells(disturbed) == _cells(calm)
    assert not list(disturbed.rglob("*.partial"))
    assert not list(scratch.iterdir())
    for left in ("submitted", "autograded", "."):
        assert sorted(p.name for p in (disturbed / left).iterdir()) == sorted(
            p.name for p in (calm / left).iterdir()
        )
