"""A gradebook on a PostgreSQL server: one line of nbgrader_config.py, and everything goes there."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from classroom import MINI, hand_in, isolates, mini_course, nbgrader, run

pytestmark = pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")

GRADE = ("-m", "galflux_edu.cli", "grade", MINI)
NOBODY = ("postgres", "nobody")  # PostgreSQL refuses to run as root


def _programs():
    """Return the folder of PostgreSQL's own programs."""
    places = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    initdb = shutil.which("initdb", path=os.pathsep.join([*places, os.environ["PATH"]]))
    return initdb and Path(initdb).resolve().parent


def _somebody():
    """Return arguments for a process that does not run as root."""
    if os.getuid():
        return {}
    names = {each.pw_name for each in pwd.getpwall()}
    user = pwd.getpwnam(next(name for name in NOBODY if name in names))
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture
def url():
    """The address of an empty database on a server of its own, which only a socket leads to."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL here: apt install postgresql")
    who = _somebody()
    with tempfile.TemporaryDirectory(prefix="galflux-", dir="/tmp") as name:
        folder = Path(name)
        if who:
            os.chown(folder, who["user"], who["group"])
        quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
        plain = ("-U", "galflux", "-A", "trust", "--no-locale", "-E", "UTF8", "--no-sync")
        subprocess.run([programs / "initdb", "-D", "data", *plain], check=True, **quiet)
        listen = ("-k", folder, "-c", "listen_addresses=", "-c", "fsync=off")
        server = subprocess.Popen([programs / "postgres", "-D", "data", *listen], **quiet)
        try:
            made = [programs / "createdb", "-h", folder, "-U", "galflux", "galflux"]
            while subprocess.run(made, check=False, **quiet).returncode:
                assert server.poll() is None
                time.sleep(0.1)
            yield f"postgresql+psycopg://galflux@/galflux?host={folder}"
        finally:
            server.terminate()
            server.wait()


def _scores(url):
    from nbgrader.api import Gradebook

    with Gradebook(url, "galflux") as gradebook:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(MINI)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name != "why"
        }


def _written(root):
    notebooks = (root / "autograded").rglob("*.ipynb")
    return {path.parts[-3]: path.stat().st_mtime_ns for path in notebooks}


@pytest.mark.long  # half a minute, and a server
def test_the_gradebook_may_lie_on_a_server(url, tmp_path):
    root = mini_course(tmp_path / "course")
    (root / "gradebook.db").unlink()
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{url}"\n')
    nbgrader(root, "generate_assignment", MINI)
    hand_in(root, MINI, "ada", "solutions")
    hand_in(root, MINI, "bob", "exercises")

    assert run(root, *GRADE).returncode == 0
    grades = {("ada", "double"): 6.0, ("ada", "halve"): 2.0}
    assert _scores(url) == grades | {("bob", "double"): 0.0, ("bob", "halve"): 0.0}

    before = _written(root)
    shutil.copy(root / "solutions" / MINI / f"{MINI}.ipynb", root / "submitted" / "bob" / MINI)
    assert run(root, *GRADE).returncode == 0
    after = _written(root)
    assert {student for student in after if after[student] != before[student]} == {"bob"}
    assert _scores(url) == grades | {("bob", "double"): 6.0, ("bob", "halve"): 2.0}

    (root / "submitted" / "bob" / MINI / f"{MINI}.ipynb").unlink()
    assert run(root, *GRADE).returncode == 1
    assert _scores(url) == grades | {("bob", "double"): None, ("bob", "halve"): None}

    nbgrader(root, "export")
    assert "ada" in (root / "grades.csv").read_text()
    assert not (root / "gradebook.db").exists()
