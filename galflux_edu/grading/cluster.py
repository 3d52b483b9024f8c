"""A Dask cluster as a back end of joblib."""

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from typing import Any

import dask
from distributed import Client
from joblib._dask import DaskDistributedBackend

from ..errors import InputError

SECONDS = 10  # for a worker to appear


class Cluster(DaskDistributedBackend):
    """joblib's back end, with two things fixed.

    A task whose workers all died comes back as an error (joblib waits for it for ever), and a
    cluster of one thread is a cluster too (joblib runs the tasks in the process that asks).
    """

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Return how many tasks can run at a time; joblib calls this."""
        return max(2, super().effective_n_jobs(n_jobs))

    def submit(self, func: Callable, callback: Callable | None = None) -> Future:
        """Send a task; joblib calls this."""
        future = super().submit(func, callback)

        def tell(ended: Future) -> None:
            if callback is not None and ended.exception() is not None:
                callback(ended.exception())

        future.add_done_callback(tell)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """Return what came of a task; joblib calls this."""
        if isinstance(out, BaseException):
            raise BrokenExecutor(str(out)) from out
        return super().retrieve_result_callback(out)


@contextmanager
def connect(scheduler: str | None) -> Iterator[Cluster]:
    """Give the cluster of `scheduler`, or the one that Dask is configured for.

    Raises
    ------
    InputError
        If there is none, or it has no workers.
    """
    address = scheduler or dask.config.get("scheduler-address", None)
    if not address:
        raise InputError(
            "grade: needed the address of a Dask scheduler, --scheduler tcp://HOST:8786 or "
            "DASK_SCHEDULER_ADDRESS; got none"
        )
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"grade: needed a Dask scheduler at {address}; got {error}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS)
        except TimeoutError as error:
            raise InputError(
                f"grade: needed a worker at {address} within {SECONDS} s, start some with "
                f"dask worker {address} --nthreads 1; got none"
            ) from error
        yield Cluster(client=client)
