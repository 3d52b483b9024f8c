"""What grading will take: the arithmetic, and that nothing is touched to find out."""

import json
import shutil
from hashlib import sha256

import pytest
from classroom import MINI, hand_in, isolates, mini_course, run

from galflux_edu.grading.estimate import (
    BYTES,
    GRADER_BYTES,
    SECONDS,
    START,
    WORKER_BYTES,
    WRITING,
    Estimate,
)

ESTIMATE = ("-m", "galflux_edu.cli", "grade", MINI, "--estimate")
TEN = tuple(float(second) for second in range(1, 12))  # mean and median 6, 90 % within 10


def _of(**more):
    usual = {"name": "ps1", "submissions": 200, "graded": 20, "seconds": TEN, "measured": True}
    return Estimate(**usual | {"size": 1e5, "sandbox_bytes": 2 * 10**9} | more)


def test_time_is_shared_among_jobs_until_writing_takes_longer():
    guess = _of()
    assert guess.left == 180
    assert guess.slow == pytest.approx(10.0, rel=1e-12)
    assert guess.wall_seconds(1) == pytest.approx(START + 180 * 6, rel=1e-12)
    assert guess.wall_seconds(8) == pytest.approx(START + 180 * 6 / 8, rel=1e-12)
    assert guess.wall_seconds(64) == pytest.approx(START + 180 * WRITING, rel=1e-12)
    few = _of(submissions=22)
    assert few.wall_seconds(64) == pytest.approx(START + 10, rel=1e-12)  # the slow one's own time
    assert _of(graded=200).wall_seconds(4) == START


def test_memory_grows_with_the_jobs():
    guess = _of()
    assert guess.memory_bytes(4) == GRADER_BYTES + 4 * WORKER_BYTES
    assert guess.memory_bytes(4, at_most=True) == GRADER_BYTES + 4 * (WORKER_BYTES + 4 * 10**9)


def test_the_table_says_where_its_numbers_come_from():
    text = _of().text().splitlines()
    assert text[:4] == [
        "ps1: 200 submissions, 20 already graded",
        "running  6.0 s a submission (median), 90 % of them within 10.0 s: measured in 11 reports "
        "of this set",
        f"writing  {WRITING} s a submission, while others run: a guess",
        "in all   0.30 core-hours, 20 MB of grades and graded notebooks",
    ]
    assert [line.split()[0] for line in text[7:]] == ["1", "2", "4", "8", "16", "32", "64"]
    assert text[7].split() == ["1", "18", "min", "0.5", "GB", "4.5", "GB"]
    assert "a guess, from problem set 4" in _of(seconds=(SECONDS,), measured=False).text()
    assert len(_of(graded=199).text().splitlines()) == 8


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = mini_course(tmp_path_factory.mktemp("course"))
    for student in ("ada", "bob", "cid"):
        hand_in(root, MINI, student, "solutions")
    return root


def _files(root):
    return {
        path: (path.stat().st_mtime_ns, path.is_file() and sha256(path.read_bytes()).hexdigest())
        for path in root.rglob("*")
        if "__pycache__" not in path.parts
    }


@pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")
def test_an_estimate_knows_what_is_graded_and_touches_nothing(course):
    done = run(course, *ESTIMATE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{MINI}: 3 submissions, 0 already graded\n")
    assert "nothing of this set was graded yet" in done.stdout
    assert f"0.00 core-hours, {3 * BYTES / 1e6:.0f} MB" in done.stdout
    assert not (course / ".grader" / "secret").exists()

    assert run(course, "-m", "galflux_edu.cli", "grade", MINI).returncode == 0
    shutil.copy(course / "exercises" / MINI / f"{MINI}.ipynb", course / "submitted" / "bob" / MINI)
    hand_in(course, MINI, "dan", "solutions")
    before = _files(course)
    done = run(course, *ESTIMATE)
    assert done.stdout.startswith(f"{MINI}: 4 submissions, 2 already graded\n")
    assert "measured in 3 reports of this set" in done.stdout
    assert run(course, *ESTIMATE, "--again").stdout.startswith(f"{MINI}: 4 submissions, 0 already")
    assert _files(course) == before
    reports = (course / ".grader" / "reports" / MINI).glob("*.json")
    seconds = sorted(json.loads(path.read_text())["seconds"] for path in reports)
    assert f"running  {seconds[1]:.1f} s a submission (median)" in done.stdout
