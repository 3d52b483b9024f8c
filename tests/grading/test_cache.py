"""What only the grader may see: who can read it, what it depends on, what survives a kill."""

import multiprocessing
import stat
import subprocess
import sys

import pytest

from galflux_edu.grading.private import (
    Cache,
    course_secret,
    grader_store,
    question_seed,
    remove_partial_files,
    write_report,
)


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_look_in(tmp_path):
    course_secret(tmp_path)
    Cache(tmp_path).put("k", {"points": 1.0})
    write_report(tmp_path, "ps1", "ada", {"points": 1.0})
    assert _mode(tmp_path / ".grader") == 0o700
    for name in ("secret", "cache/k.json", "reports/ps1/ada.json"):
        assert _mode(tmp_path / ".grader" / name) == 0o600
    (tmp_path / ".grader").chmod(0o755)
    grader_store(tmp_path)
    assert _mode(tmp_path / ".grader") == 0o700


def test_git_ignores_all_of_it(tmp_path):
    grader_store(tmp_path)
    assert (tmp_path / ".grader" / ".gitignore").read_text() == "*\n"


def test_the_secret_is_made_once_and_stays(tmp_path):
    first = course_secret(tmp_path)
    assert len(first) == 32
    assert course_secret(tmp_path) == first
    assert course_secret(grader_store(tmp_path, "another")) != first


def test_graders_that_start_together_agree_on_the_secret(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(course_secret, [tmp_path] * 16))) == 1
    assert not list((tmp_path / ".grader").glob(".secret*"))


QUESTION = {
    "secret": b"s" * 32,
    "assignment": "ps1",
    "grade_id": "relu",
    "student": "ada",
    "attempt": "a1",
}


@pytest.mark.parametrize("name", QUESTION)
def test_a_seed_depends_on_everything_that_it_should(name):
    same, other = (question_seed(**QUESTION) for _ in range(2))
    assert same == other
    assert len(same) == 64
    assert question_seed(**QUESTION | {name: 2 * QUESTION[name]}) != same


def test_parts_of_a_seed_do_not_run_into_each_other():
    seeds = {
        question_seed(b"s", *parts)
        for parts in (("a", "b", "c", "d"), ("ab", "", "c", "d"), ("a", "bc", "", "d"))
    }
    assert len(seeds) == 3


def test_what_is_kept_comes_back_and_nothing_else(tmp_path):
    cache = Cache(tmp_path)
    assert cache.get("k") is None
    cache.put("k", {"outputs": {"a": [{"text": "\N{CHECK MARK}\ud7ff"}]}})
    assert Cache(tmp_path).get("k") == {"outputs": {"a": [{"text": "\N{CHECK MARK}\ud7ff"}]}}
    with pytest.raises(ValueError, match=r"^Out of range float values are not JSON compliant"):
        cache.put("k", float("nan"))
    assert cache.get("k") is not None


def test_what_is_not_whole_is_not_there(tmp_path):
    cache = Cache(tmp_path)
    cache.put("k", {"points": 1.0})
    path = tmp_path / ".grader" / "cache" / "k.json"
    path.write_text(path.read_text()[:-1])
    assert cache.get("k") is None


KILLED = """
import os, pathlib, sys
from galflux_edu.grading.private import Cache
pathlib.Path.replace = lambda *_: os._exit(9)  # the last step of writing a file
Cache(pathlib.Path(sys.argv[1])).put("k", 2)
"""


def test_a_killed_grader_leaves_nothing_half_written(tmp_path):
    cache = Cache(tmp_path)
    cache.put("k", 1)
    assert subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False).returncode == 9
    assert cache.get("k") == 1
    assert list((tmp_path / ".grader").rglob("*.partial"))
    remove_partial_files(tmp_path)
    assert not list((tmp_path / ".grader").rglob("*.partial"))
    assert cache.get("k") == 1
