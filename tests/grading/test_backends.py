"""Where submissions run: on this machine or on a cluster, with workers that die on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from classroom import MINI, hand_in, isolates, mini_course, run, scores

from galflux_edu.errors import InputError
from galflux_edu.grading import load_checks
from galflux_edu.grading.backends import workers
from galflux_edu.grading.graded import Graded
from galflux_edu.grading.job import ProblemSet
from galflux_edu.grading.jobs import CRASH_MESSAGE, _run_all
from galflux_edu.grading.task import grade_folder

HERE = Path(__file__).parent
CLASS = {f"s{i}": Path() for i in range(12)}


class Fragile:
    """Workers on paper: two submissions at a time, and whoever runs a killer dies.

    Like loky, they all die together; what ran beside the killer is lost with it.
    """

    def __init__(self, killers, times=10**9):
        self.killers, self.left, self.runs = killers, times, Counter()

    def __call__(self, task, arguments):
        arguments = list(arguments)
        for pair in (arguments[i : i + 2] for i in range(0, len(arguments), 2)):
            self.runs.update(student for student, _ in pair)
            if self.left and any(student in self.killers for student, _ in pair):
                self.left -= 1
                for student, _ in pair:
                    (task.args[1] / student).touch()  # begun, never ended
                return
            yield from map(task, pair)


def _grade(submission):
    return Graded(submission[0])


def _of(graded):
    return {each.student: each.error for each in graded}


@pytest.mark.parametrize("killers", [{"s0"}, {"s3", "s4"}, {"s1", "s5", "s11"}, set(CLASS)])
def test_who_kills_every_worker_is_named_and_nobody_else(killers, tmp_path):
    crew = Fragile(killers)
    graded = list(_run_all(_grade, CLASS, crew, tmp_path))
    assert len(graded) == len(CLASS)
    assert _of(graded) == {each: CRASH_MESSAGE if each in killers else "" for each in CLASS}
    assert max(crew.runs.values()) <= 3
    assert not list(tmp_path.iterdir())


def test_a_worker_that_is_killed_costs_what_it_ran_and_no_more(tmp_path):
    crew = Fragile({"s4"}, times=1)
    assert set(_of(_run_all(_grade, CLASS, crew, tmp_path)).values()) == {""}
    assert crew.runs == Counter(dict.fromkeys(CLASS, 1)) + Counter(["s4", "s5"])


def test_workers_that_never_start_are_not_waited_for(tmp_path):
    graded = _run_all(_grade, CLASS, lambda task, arguments: iter(()), tmp_path)
    assert set(_of(graded).values()) == {CRASH_MESSAGE}


def test_a_worker_with_other_checks_refuses(tmp_path):
    (tmp_path / "grader_tests").mkdir()
    problems = ProblemSet(tmp_path, tmp_path, MINI)
    graded = grade_folder(problems, (), "what the grader has", ("ada", tmp_path), again=False)
    assert graded.error == (
        f"grade: needed {tmp_path}, galflux and its libraries to be here what they are on the "
        f"grader's machine, and workers started since; got others on {os.uname().nodename}"
    )


def test_a_worker_that_lives_long_may_meet_two_courses(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    for course, points in (("first", 1), ("second", 2)):
        folder = tmp_path / course / "grader_tests"
        folder.mkdir(parents=True)
        (folder / "ps1").mkdir()
        (folder / "ps1" / "oracle.py").write_text(f"POINTS = {points}\n")
        (folder / "ps1" / "checks.py").write_text("from .oracle import POINTS\n")
    for course, points in (("first", 1), ("second", 2), ("first", 1)):
        assert points == load_checks(tmp_path / course, "ps1").POINTS


def _kill_if_eve(submission):
    student, folder = submission
    if student == "eve":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)
    (folder / f"{student}.{os.getpid()}").touch()
    return Graded(student)


def _ran_in(folder):
    return {int(path.suffix[1:]) for path in folder.iterdir()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_this_machine_works_in_other_processes_that_are_gone_after(jobs, tmp_path):
    submissions = dict.fromkeys(["ada", "eve", "bob", "cid"], tmp_path / "ran")
    (tmp_path / "ran").mkdir()
    (tmp_path / "begun").mkdir()
    with workers(jobs=jobs) as run_tasks:
        graded = _of(_run_all(_kill_if_eve, submissions, run_tasks, tmp_path / "begun"))
    assert graded == dict.fromkeys(submissions, "") | {"eve": CRASH_MESSAGE}
    pids = _ran_in(tmp_path / "ran")
    assert os.getpid() not in pids
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ray",), "grade: needed the back end loky or dask; got 'ray'"),
        (
            ("loky", 2, "tcp://x:1"),
            "grade: needed the back end dask for a scheduler; got tcp://x:1",
        ),
    ],
)
def test_a_back_end_that_is_none_is_refused(arguments, message):
    with pytest.raises(InputError, match=f"^{message}$"), workers(*arguments):
        pass


# ---------------------------------------------------------------- a cluster

FULL = {"double": 6.0, "halve": 2.0}
ON_THE_CLUSTER = ("-m", "galflux_edu.cli", "grade", MINI, "--backend", "dask")


class Cluster:
    """A Dask scheduler and its workers, each in a process of its own."""

    def __init__(self, folder):
        self.file, self.folder = folder / "scheduler.json", folder
        where = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.processes = [self._start("scheduler", *where)]
        while not self.file.exists():
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]

    def worker(self, **environment):
        more = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", self.folder)
        self.processes.append(self._start("worker", *more, **environment))
        return self.processes[-1]

    def _start(self, what, *more, **environment):
        return subprocess.Popen(
            [sys.executable, "-m", "dask", what, "--scheduler-file", self.file, *more],
            env={**os.environ, "PYTHONPATH": f"{HERE}:{HERE.parent}", **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = mini_course(tmp_path_factory.mktemp("course"))
    for i in range(5):
        hand_in(root, MINI, f"s{i}", "solutions", _slow(i))
    return root


def _slow(i):
    def edit(cells):
        for cell in cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "double_code":
                cell.source += f"\nimport time; time.sleep({i} / 4)"

    return edit


@pytest.fixture
def root(course, tmp_path):
    return Path(shutil.copytree(course, tmp_path / "course"))


def _cells(root):
    notebooks = sorted((root / "autograded").rglob("*.ipynb"))
    return [json.loads(path.read_text())["cells"] for path in notebooks]


@pytest.mark.long
@pytest.mark.skipif(not isolates(), reason="nothing isolates submissions here")
def test_a_cluster_that_loses_a_worker_gives_the_grades_of_one_machine(root, cluster, tmp_path):
    alone = Path(shutil.copytree(root, tmp_path / "alone"))
    first, _ = cluster.worker(), cluster.worker()
    grader = subprocess.Popen(
        [sys.executable, *ON_THE_CLUSTER],
        cwd=root,
        env={**os.environ, "DASK_SCHEDULER_ADDRESS": cluster.address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while grader.poll() is None and not list((root / ".grader").glob("started/*/*")):
        time.sleep(0.02)
    family = psutil.Process(first.pid).children(recursive=True)
    first.kill()
    assert grader.wait() == 0, grader.stderr.read()
    grader.stderr.close()
    assert not psutil.wait_procs(family, timeout=10)[1]  # its sandboxes died with it

    (alone / ".grader").mkdir(mode=0o700)
    shutil.copy(root / ".grader" / "secret", alone / ".grader")
    assert run(alone, "-m", "galflux_edu.cli", "grade", MINI).returncode == 0
    assert scores(root) == scores(alone)
    assert {key: score for key, score in scores(root).items() if key[1] != "why"} == {
        (f"s{i}", question): points for i in range(5) for question, points in FULL.items()
    }
    assert _cells(root) == _cells(alone)


def test_a_cluster_finds_the_submission_that_kills_its_workers(cluster, tmp_path):
    submissions = dict.fromkeys(["ada", "eve", "bob", "cid"], tmp_path / "ran")
    (tmp_path / "ran").mkdir()
    (tmp_path / "begun").mkdir()
    for _ in range(4):
        cluster.worker()
    with workers("dask", scheduler=cluster.address) as run_tasks:
        graded = _of(_run_all(_kill_if_eve, submissions, run_tasks, tmp_path / "begun"))
    assert graded == dict.fromkeys(submissions, "") | {"eve": CRASH_MESSAGE}
    assert os.getpid() not in _ran_in(tmp_path / "ran")  # though one worker is left


def test_a_worker_without_a_sandbox_refuses(root, cluster):
    cluster.worker(PATH=str(Path(sys.executable).parent))
    done = run(root, *ON_THE_CLUSTER, "--scheduler", cluster.address)
    assert done.returncode == 1
    assert done.stderr.count("NOT GRADED: sandbox: needed bubblewrap") == 5
    assert set(scores(root).values()) <= {None}


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            None,
            "grade: needed the address of a Dask scheduler, --scheduler tcp://HOST:8786 or "
            "DASK_SCHEDULER_ADDRESS; got none",
        ),
        ("tcp://127.0.0.1:1", "grade: needed a Dask scheduler at tcp://127.0.0.1:1; got .+"),
        (
            "without workers",
            r"grade: needed a worker at (\S+) within 1 s, start some with dask worker \1 "
            "--nthreads 1; got none",
        ),
    ],
)
def test_a_cluster_that_is_not_there_is_said_in_a_sentence(address, message, request, monkeypatch):
    if address == "without workers":
        address = request.getfixturevalue("cluster").address
    monkeypatch.setattr("galflux_edu.grading.cluster.SECONDS", 1)
    with (
        pytest.raises(InputError, match=f"^{message}$"),
        workers("dask", scheduler=address),
    ):
        pass
