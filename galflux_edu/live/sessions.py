"""Who trains: the processes of each open page, ended soon after the page is closed."""

import threading
import time
from collections.abc import Callable

from ..errors import InputError
from .liverun import Settings
from .trainer import Trainer

MOST = 12  # processes on this server
SECONDS_TO_COME_BACK = 10.0  # for a page whose connection broke


class Sessions:
    """Keep the trainers of every session apart, and end those of closed ones.

    Parameters
    ----------
    is_open
        Says whether the page of a session is still there.
    patience
        Seconds after which a page that is gone counts as closed.
    """

    def __init__(self, is_open: Callable[[str], bool], patience: float = SECONDS_TO_COME_BACK):
        self._is_open, self._patience = is_open, patience
        self._trainers: dict[tuple[str, str], Trainer] = {}
        self._last_seen: dict[str, float] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._watch, daemon=True).start()

    def trainer(self, session: str, name: str, task: str, settings: Settings) -> Trainer:
        """Return the trainer called `name` of a session; start it if it is not there.

        Raises
        ------
        InputError
            If as many are at work as one computer can bear.
        """
        with self._lock:
            trainer = self._trainers.get((session, name))
            if trainer is not None and not trainer.alive:
                self._trainers.pop((session, name)).close()
                trainer = None
            if trainer is None:
                if len(self._trainers) >= MOST:
                    raise InputError(
                        f"live: needed fewer than {MOST} networks in training on this computer; "
                        f"got {len(self._trainers)} already (close a page that is not needed)"
                    )
                self._last_seen[session] = time.monotonic()
                trainer = self._trainers[session, name] = Trainer(task, settings)
            return trainer

    def close(self, session: str, name: str) -> None:
        """End one trainer of a session, if it is there."""
        with self._lock:
            trainer = self._trainers.pop((session, name), None)
        if trainer:
            trainer.close()

    def sweep(self) -> None:
        """End the trainers of every session whose page has been gone for too long."""
        now = time.monotonic()
        with self._lock:
            for session in {session for session, _ in self._trainers}:
                if self._is_open(session):
                    self._last_seen[session] = now
            gone = [key for key in self._trainers if now - self._last_seen[key[0]] > self._patience]
            closed = [self._trainers.pop(key) for key in gone]
        for trainer in closed:
            trainer.close()

    def _watch(self) -> None:
        while True:
            time.sleep(min(1.0, self._patience))
            self.sweep()
