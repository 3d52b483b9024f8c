"""The training processes of each open page, ended soon after the page is closed."""

import threading
import time
from collections.abc import Callable

from ..errors import InputError
from ..train import Hyperparameters
from .process import TrainingProcess

MAX_PROCESSES = 12  # on this server
RECONNECT_SECONDS = 10.0  # for a page whose connection broke


class Sessions:
    """Keep the training processes of every session apart, and end those of closed ones.

    Parameters
    ----------
    is_open
        Says whether the page of a session is still there.
    patience
        Seconds after which a page that is gone counts as closed.
    """

    def __init__(self, is_open: Callable[[str], bool], patience: float = RECONNECT_SECONDS):
        self._is_open, self._patience = is_open, patience
        self._processes: dict[tuple[str, str], TrainingProcess] = {}
        self._last_seen: dict[str, float] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._watch, daemon=True).start()

    def process(
        self, session: str, name: str, task: str, settings: Hyperparameters
    ) -> TrainingProcess:
        """Return the process called `name` of a session; start it if it is not there.

        Raises
        ------
        InputError
            If as many run as one computer can bear.
        """
        with self._lock:
            process = self._processes.get((session, name))
            if process is not None and not process.alive:
                self._processes.pop((session, name)).close()
                process = None
            if process is None:
                if len(self._processes) >= MAX_PROCESSES:
                    raise InputError(
                        f"live: needed fewer than {MAX_PROCESSES} networks in training on this "
                        f"computer; got {len(self._processes)} already "
                        "(close a page that is not needed)"
                    )
                self._last_seen[session] = time.monotonic()
                process = self._processes[session, name] = TrainingProcess(task, settings)
            return process

    def close(self, session: str, name: str) -> None:
        """End one process of a session, if it is there."""
        with self._lock:
            process = self._processes.pop((session, name), None)
        if process:
            process.close()

    def close_abandoned(self) -> None:
        """End the processes of every session whose page has been gone for too long."""
        now = time.monotonic()
        with self._lock:
            for session in {session for session, _ in self._processes}:
                if self._is_open(session):
                    self._last_seen[session] = now
            earliest = now - self._patience
            gone = [key for key in self._processes if self._last_seen[key[0]] < earliest]
            closed = [self._processes.pop(key) for key in gone]
        for process in closed:
            process.close()

    def _watch(self) -> None:
        while True:
            time.sleep(min(1.0, self._patience))
            self.close_abandoned()
