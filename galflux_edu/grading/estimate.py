"""Say what grading a class will take, before anything runs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any

from ..errors import InputError
from ..notebook import read_merged
from ..reports import text_table
from .job import grading_job
from .nbgrader_plugins.course import Course
from .private import FOLDER, Cache
from .sandbox import IsolationError, probe

# Measured with problem set 4 on two busy cores; a set's own reports take their place.
SECONDS = 5.0  # a submission, in both of its sandboxes
BYTES = 150_000  # its grades in the cache, its report, its graded notebook
WRITING = 0.5  # seconds, one submission after the other, while others run
START = 10.0  # seconds until the first worker has begun
WORKER_BYTES = 300_000_000  # a worker with its two sandboxes, as a rule
GRADER_BYTES = 150_000_000  # the process that writes
SANDBOXES = 2  # at a time, each with the memory that the set's limits allow
MOST_JOBS = 64


@dataclass(frozen=True)
class Estimate:
    """What grading a class will take.

    Parameters
    ----------
    name
        The problem set.
    submissions, graded
        How many there are, and how many of them the cache knows the grades of.
    seconds
        How long each one took that was graded before; a documented default if there is none.
    measured
        Whether `seconds` and `size` come from this set.
    size
        What one takes on disk, in bytes.
    sandbox_bytes
        The memory that the limits of the set allow one sandbox.
    """

    name: str
    submissions: int
    graded: int
    seconds: tuple[float, ...]
    measured: bool
    size: float
    sandbox_bytes: int

    @property
    def left(self) -> int:
        """Return how many have to run."""
        return self.submissions - self.graded

    @property
    def slow(self) -> float:
        """Return the seconds within which 90 % of the submissions run."""
        several = len(self.seconds) > 1
        return quantiles(self.seconds, n=10, method="inclusive")[-1] if several else self.seconds[0]

    def wall_seconds(self, jobs: int) -> float:
        """Return how long it takes with so many jobs; the writing of grades goes on beside it."""
        if not self.left:
            return START
        running = max(self.left * fmean(self.seconds) / jobs, self.slow)
        return START + max(running, self.left * WRITING)

    def memory_bytes(self, jobs: int, *, at_most: bool = False) -> int:
        """Return the memory of the grader and `jobs` workers, as a rule or at most."""
        sandboxes = SANDBOXES * self.sandbox_bytes if at_most else 0
        return GRADER_BYTES + jobs * (WORKER_BYTES + sandboxes)

    def text(self) -> str:
        """Return it as a terminal shows it."""
        source = (
            f"measured in {len(self.seconds)} reports of this set"
            if self.measured
            else "a guess, from problem set 4 on two busy cores: nothing of this set was graded yet"
        )
        hours = self.left * fmean(self.seconds) / 3600
        rows = [
            [
                str(jobs),
                _time(self.wall_seconds(jobs)),
                f"{self.memory_bytes(jobs) / 1e9:.1f} GB",
                f"{self.memory_bytes(jobs, at_most=True) / 1e9:.1f} GB",
            ]
            for jobs in self._jobs()
        ]
        return "\n".join(
            [
                f"{self.name}: {self.submissions} submissions, {self.graded} already graded",
                f"running  {median(self.seconds):.1f} s a submission (median), 90 % of them within "
                f"{self.slow:.1f} s: {source}",
                f"writing  {WRITING} s a submission, while others run: a guess",
                f"in all   {hours:.2f} core-hours, {self.submissions * self.size / 1e6:.0f} MB of "
                "grades and graded notebooks",
                "",
                text_table(["jobs", "wall time", "memory, as a rule", "at most"], rows),
            ]
        )

    def _jobs(self) -> Iterator[int]:
        jobs = 1
        while jobs == 1 or jobs <= min(self.left, MOST_JOBS):
            yield jobs
            jobs *= 2


def estimate(
    root: Path, name: str, *, resume: bool = True, students: tuple[str, ...] = ()
) -> Estimate:
    """Return what grading the problem set `name` will take; nothing runs, nothing is written.

    Parameters
    ----------
    root, name, resume, students
        As for `grade_class`.

    Raises
    ------
    InputError
        If there is no such set in the gradebook, nothing was handed in, or nothing isolates
        submissions here.
    """
    course = Course(root, name)
    problems, submissions = course.problems, course.submissions(students)
    try:
        isolation = probe(problems.allow_unsandboxed)
    except IsolationError as error:
        raise InputError(f"grade: {error}") from error

    def known(student: str, folder: Path) -> bool:
        for notebook in course.notebooks:
            handed_in = read_merged(folder, problems.release, notebook)
            if cache.get(grading_job(handed_in, student, problems, isolation).key) is None:
                return False
        return True

    cache = Cache(root) if resume and (root / FOLDER / "cache").is_dir() else None
    reports = sorted((root / FOLDER / "reports" / name).glob("*.json"))
    seconds = tuple(json.loads(path.read_text(encoding="utf-8"))["seconds"] for path in reports)
    return Estimate(
        name=name,
        submissions=len(submissions),
        graded=sum(known(*each) for each in submissions.items()) if cache else 0,
        seconds=seconds or (SECONDS,),
        measured=bool(seconds),
        size=_size(root, name, course.directory) if seconds else BYTES,
        sandbox_bytes=problems.limits.memory_bytes,
    )


def _size(root: Path, name: str, course: Any) -> float:
    """Return what a submission takes on disk, in bytes."""
    graded = Path(course.format_path(course.autograded_directory, "*", name), "*.ipynb")
    private = (f"{FOLDER}/cache/*.json", f"{FOLDER}/reports/{name}/*.json")
    kinds = (*private, str(graded.relative_to(course.root)))
    sizes = [[path.stat().st_size for path in root.glob(kind)] for kind in kinds]
    return float(sum(fmean(each) for each in sizes if each))


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
