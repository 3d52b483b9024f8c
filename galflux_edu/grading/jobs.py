"""Grade a class: many submissions at a time into the cache, one by one on into the gradebook.

Killed at any moment, it goes on where it was: whatever is finished lies in the cache under the
hash of its content, and a submission counts as written only if its notebook and the gradebook
both say what the cache says.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout
from tqdm import tqdm

from ..errors import InputError
from .backends import workers
from .graded import Graded
from .job import environment_hash
from .nbgrader_plugins.course import Course
from .private import course_secret, grader_store, remove_partial_files
from .task import grade_folder, run_once

MAX_SHARED_CRASHES = 2  # of the worker, after which a submission runs while nothing else does
MAX_CRASHES = 3  # after which it runs no more
CRASH_MESSAGE = "the grader was killed while it ran this submission: a person has to look at it"


def grade_class(
    root: Path,
    name: str,
    *,
    jobs: int | None = None,
    resume: bool = True,
    students: tuple[str, ...] = (),
    backend: str = "loky",
    scheduler: str | None = None,
) -> list[Graded]:
    """Grade the submissions of the problem set `name` and write them into the gradebook.

    Parameters
    ----------
    root
        The course.
    name
        The problem set.
    jobs
        How many submissions run at a time; as many as there are cores if not given, or threads
        in the cluster.
    resume
        Keep what an earlier run finished. Otherwise everything runs and is written again.
    students
        Whose; everybody's if empty.
    backend
        ``"loky"``, processes of this machine, or ``"dask"``, the workers of a cluster. They need
        the course, ``.grader`` with its secret and its cache included, at the same path, by a
        shared file system; the same galflux and libraries; and a sandbox.
    scheduler
        The address of Dask's scheduler; the one that Dask is configured for if not given.

    Raises
    ------
    InputError
        If there is no such set in the gradebook, nothing was handed in, another grader is at
        work on this course, or there is no such cluster.
    """
    with course_lock(root):
        course = Course(root, name)
        running = run_class(
            course, students, jobs=jobs, resume=resume, backend=backend, scheduler=scheduler
        )
        graded = [course.write(each, again=not resume) for each in running]
    return sorted(graded, key=lambda each: each.student)


def run_class(
    course: Course,
    students: tuple[str, ...],
    *,
    jobs: int | None = None,
    resume: bool = True,
    backend: str = "loky",
    scheduler: str | None = None,
) -> Iterator[Graded]:
    """Run the submissions of a `Course` into the cache, and yield what becomes of each.

    Nothing is written to the gradebook. The caller holds the `course_lock`; for the rest see
    `grade_class`.
    """
    remove_partial_files(course.problems.root)
    course_secret(course.problems.root)
    submissions = course.submissions(students)
    about = environment_hash(course.problems) if backend == "dask" else None
    run = partial(grade_folder, course.problems, course.notebooks, about, again=not resume)
    with (
        workers(backend, jobs, scheduler) as run_tasks,
        _started_markers(course.problems.root) as started,
    ):
        running = _run_all(run, submissions, run_tasks, started)
        yield from tqdm(running, "grading", len(submissions), unit="submission", disable=None)


def _run_all(
    run: Callable, submissions: dict[str, Path], run_tasks: Callable, started: Path
) -> Iterator[Graded]:
    """Run every submission; yield what becomes of each, as it comes.

    Where a worker dies, whatever ran then is run again, behind the others. What ran again and
    again as one died runs alone in the end, and the submission that kills them is found.
    """
    waiting, crashes = dict(submissions), Counter[str]()
    while waiting:
        together = [each for each in waiting if crashes[each] < MAX_SHARED_CRASHES]
        together.sort(key=crashes.__getitem__)
        for batch in [together] if together else [[each] for each in waiting]:
            for graded in run_tasks(
                partial(run_once, run, started), [(each, waiting[each]) for each in batch]
            ):
                if graded is not None:
                    del waiting[graded.student]
                    yield graded
            left = [each for each in batch if each in waiting]
            for each in [each for each in left if (started / each).exists()] or left:
                (started / each).unlink(missing_ok=True)
                crashes[each] += 1
                if crashes[each] == MAX_CRASHES:
                    del waiting[each]
                    yield Graded(each, error=CRASH_MESSAGE)


@contextmanager
def _started_markers(root: Path) -> Iterator[Path]:
    """Give a new folder for the markers of what was started, by whichever machine."""
    folder = grader_store(root, "started")
    for left in folder.iterdir():  # by a grader that was killed
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=folder) as notes:
        yield Path(notes)


@contextmanager
def course_lock(root: Path) -> Iterator[None]:
    """Let one grader at a time work on a course; the system releases the lock when it dies."""
    lock = FileLock(grader_store(root) / "lock")
    try:
        held = lock.acquire(blocking=False)
    except Timeout as error:
        raise InputError(
            f"grade: needed the course {root} for itself; got another galflux grade at work"
        ) from error
    with held:
        yield
