"""Grade a class: many submissions at a time into the cache, one by one on into the gradebook.

Killed at any moment, it goes on where it was: whatever is finished lies in the cache under the
hash of its content, and a submission counts as written only if its notebook and the gradebook
both say what the cache says.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..errors import InputError
from .marking import ProblemSet, mark
from .private import course_secret, private_folder, sweep
from .sandbox import IsolationError
from .submission import read_release, read_submission, rebuild

KILLED = "the grader was killed while it ran this submission: a person has to look at it"


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Parameters
    ----------
    student
        Whose it is.
    reports
        The grader's report of each notebook; empty if there is an error.
    error
        The sentence that says why there are no marks.
    """

    student: str
    reports: tuple[dict[str, Any], ...] = ()
    error: str = ""


def grade_class(
    root: Path,
    name: str,
    *,
    jobs: int | None = None,
    resume: bool = True,
    students: tuple[str, ...] = (),
) -> list[Graded]:
    """Grade the submissions of the problem set `name` and write them into the gradebook.

    Parameters
    ----------
    root
        The course.
    name
        The problem set.
    jobs
        How many submissions run at a time; as many as there are cores if not given.
    resume
        Keep what an earlier run finished. Otherwise everything runs and is written again.
    students
        Whose; everybody's if empty.

    Raises
    ------
    InputError
        If there is no such set in the gradebook, nothing was handed in, or another grader is at
        work on this course.
    """
    from .nbgrader_plugins.course import Course

    with _alone(root):
        sweep(root)
        course_secret(root)
        course = Course(root, name)
        submissions = course.submissions(students)
        run = partial(_run_one, course.problems, course.notebooks, again=not resume)
        running = _run_all(run, submissions, jobs or len(os.sched_getaffinity(0)))
        bar = tqdm(running, "grading", len(submissions), unit="submission", disable=None)
        graded = [course.write(each, again=not resume) for each in bar]
        return sorted(graded, key=lambda each: each.student)


def _run_one(
    problems: ProblemSet, notebooks: tuple[str, ...], submission: tuple[str, Path], *, again: bool
) -> Graded:
    """Work out the marks of one submission, or why it has none; this runs in a worker."""
    student, folder = submission
    try:
        marks = []
        for name in notebooks:
            if not (folder / f"{name}.ipynb").exists():
                raise InputError(f"needed {name}.ipynb in {folder}; it is not there")
            notebook = read_submission(folder / f"{name}.ipynb")
            rebuild(notebook, read_release(problems.release, name))
            marks.append(mark(notebook, student, problems, again=again))
    except (IsolationError, InputError) as error:
        return Graded(student, error=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs this submission only
        return Graded(student, error=f"{type(error).__name__}: {error}")
    return Graded(student, tuple(each.report for each in marks))


def _run_all(run: Callable, submissions: dict[str, Path], jobs: int) -> Iterator[Graded]:
    """Run every submission in one of `jobs` processes; yield what becomes of each, as it comes."""
    waiting = dict(submissions)
    for together, count in ((True, jobs), (False, 1)):
        # A process that dies takes its whole pool along: then each remaining submission gets
        # a pool of its own, and the one that kills it is found.
        for batch in [dict(waiting)] if together else [{each: waiting[each]} for each in waiting]:
            for result in _pool(run, batch, count):
                del waiting[result.student]
                yield result
    yield from (Graded(student, error=KILLED) for student in waiting)


def _pool(run: Callable, submissions: dict[str, Path], jobs: int) -> Iterator[Graded]:
    """Yield what becomes of each submission; fewer if a process dies."""
    # Fresh processes, not forks: nothing of this one is theirs.
    context = get_context("spawn")
    workers = max(1, min(jobs, len(submissions)))
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_die_with, initargs=(os.getpid(),)
    ) as pool:
        futures = [pool.submit(run, each) for each in submissions.items()]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)


def _die_with(parent: int) -> None:
    """End this process as soon as the process `parent`, which started it, is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one grader at a time work on a course; the system lets go when it dies."""
    import fcntl

    with (private_folder(root) / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                f"grade: needed the course {root} for itself; got another galflux grade at work"
            ) from error
        yield
