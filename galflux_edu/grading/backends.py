"""Run tasks in processes of their own, by joblib: on this machine (loky), or on a Dask cluster.

Every task must be one that may run twice: a process can die over it, or just after it.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor

from ..errors import InputError


@contextmanager
def workers(
    backend: str = "loky", jobs: int | None = None, scheduler: str | None = None
) -> Iterator[Callable]:
    """Give a function that runs tasks in workers, for as long as the block runs.

    ``run(task, arguments)`` yields what `task` returns for each of `arguments`, as it comes; fewer
    if a worker dies, and then some of what was finished may be missing too.

    Parameters
    ----------
    backend
        ``"loky"``: processes of this machine, which die with this one. ``"dask"``: the workers of
        a cluster; they see the same files at the same paths, and have the same versions.
    jobs
        How many tasks run at a time; if not given, as many as this machine has cores or the
        cluster has threads.
    scheduler
        The address of Dask's scheduler, ``"tcp://host:8786"``; if not given, the one in Dask's
        configuration (``DASK_SCHEDULER_ADDRESS``).

    Raises
    ------
    InputError
        If there is no such back end, or no cluster at that address.
    """
    if backend == "loky":
        if scheduler:
            raise InputError(f"grade: needed the back end dask for a scheduler; got {scheduler}")
        with _this_machine(jobs or len(os.sched_getaffinity(0))) as run:
            yield run
    elif backend == "dask":
        from .cluster import connect

        with connect(scheduler) as cluster:
            yield partial(_run, jobs or "n_jobs", {"backend": cluster})
    else:
        raise InputError(f"grade: needed the back end loky or dask; got {backend!r}")


@contextmanager
def _this_machine(jobs: int) -> Iterator[Callable]:
    options = {"backend": "loky", "initializer": die_with, "initargs": (os.getpid(),)}
    try:
        # With n_jobs=1 joblib starts no worker, and runs the tasks in this process.
        yield partial(_run, jobs, options | {"n_jobs": max(2, jobs)})
    finally:
        # joblib keeps them for minutes, but they have nothing left to do.
        get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


def _run(
    at_a_time: int | str, options: dict[str, Any], task: Callable, arguments: Iterable[Any]
) -> Iterator[Any]:
    parallel = Parallel(
        return_as="generator_unordered",
        batch_size=1,
        pre_dispatch=at_a_time,  # no task waits in a process that may die
        **options,
    )
    try:
        yield from parallel(delayed(task)(each) for each in arguments)
    except BrokenExecutor:
        return


def die_with(parent: int) -> None:
    """End this process as soon as the process `parent`, which started it, is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
