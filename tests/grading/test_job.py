"""What a grade depends on: its own set, the grading code, what a sandbox sees, and nothing else."""

import os
import shutil
import subprocess
import sys

import pytest
from classroom import MINI, REPOSITORY, hand_in, isolates, mini_course

pytestmark = pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A folder with a copy of the package that may be changed."""
    folder = tmp_path_factory.mktemp("library")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "galflux_edu", folder / "galflux_edu", ignore=ignored)
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one submission."""
    root = mini_course(tmp_path_factory.mktemp("course"))
    hand_in(root, MINI, "ada", "solutions")
    return root


def _graded_anew(library, root) -> bool:
    """Grade with the library's copy; return whether that was not in the cache."""
    before = {*(root / ".grader" / "cache").glob("*.json")}
    done = subprocess.run(
        [sys.executable, "-m", "galflux_edu.cli", "grade", MINI, "--jobs", "1"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {*(root / ".grader" / "cache").glob("*.json")} != before


def _comment(path):
    with path.open("a", encoding="utf-8") as file:
        file.write("\n# a comment\n")


def test_only_what_it_depends_on_grades_a_submission_anew(library, course):
    assert _graded_anew(library, course)
    assert not _graded_anew(library, course)
    package = library / "galflux_edu"
    _comment(package / "live" / "page.py")
    _comment(package / "workflows" / "flux" / "report.py")
    _comment(package / "grading" / "grades" / "book.py")
    other = course / "grader_tests" / "ps9_other"
    shutil.copytree(course / "grader_tests" / MINI, other)
    _comment(other / "checks.py")
    assert not _graded_anew(library, course)
    for path in (
        course / "grader_tests" / MINI / "checks.py",
        package / "grading" / "run.py",
        package / "losses.py",
    ):
        _comment(path)
        assert _graded_anew(library, course), path
