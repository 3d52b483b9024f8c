"""Watch what students' code must not touch: processes, files, the course, others' grades."""

import ctypes
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import psutil

# Where something may be left on this machine, should it get out.
OUTSIDE = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/usr")  # noqa: S108
# What a grader writes.
WRITTEN = ("autograded", "feedback", ".grader", "gradebook.db")
SUBREAPER = 36  # prctl(2): orphans of the graded become children of this process, and are seen
HELPERS = ("resource_tracker import main", "multiprocessing.forkserver")  # Python's and joblib's


class SideEffectMonitor:
    """Remember how things are, and say later what has changed.

    Parameters
    ----------
    course
        The course whose submissions will be graded.
    temporary
        The folder for temporary files, which has to be empty in the end.
    """

    def __init__(self, course: Path, temporary: Path):
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
        self.course, self.temporary = course, temporary
        self.processes = set(_descendants())
        self.outside = set(_outside())
        self.files = dict(_files(course))
        self.rows = set(_rows(course))

    def changes(self, sources: str) -> Iterator[str]:
        """Yield a sentence for each thing that is not as it was.

        Parameters
        ----------
        sources
            All that was handed in: a new file on this machine counts if its name is in there.
        """
        left = set(_descendants()) - self.processes
        if left:
            yield f"processes are left: {', '.join(_command(each)[:80] for each in sorted(left, key=lambda p: p.pid))}"
        new = {path for path in set(_outside()) - self.outside if _is_named(path, sources)}
        if new:
            yield f"files are left on the machine: {', '.join(sorted(new))}"
        kept = sorted(path.name for path in self.temporary.iterdir())
        if kept:
            yield f"temporary files are left: {', '.join(kept)}"
        files = dict(_files(self.course))
        changed = sorted(path for path, _ in files.items() ^ self.files.items())
        if changed:
            yield f"files of the course have changed: {', '.join(dict.fromkeys(changed))}"
        lost = self.rows - set(_rows(self.course))
        if lost:
            yield f"rows of the gradebook have changed: {len(lost)}, such as {min(lost)}"


def _is_named(path: str, sources: str) -> bool:
    """Return whether `path`, numbers apart, is named in there; ``/tmp/tmp.x7`` is anybody's."""
    stem = re.sub(r"\d+", "", Path(path).stem)
    return len(stem) > len("tmp") and stem in sources


def _descendants() -> Iterator[psutil.Process]:
    """Yield the running processes that this one, or a child of it, has started."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            # One that is ending holds no memory any more, and can do nothing.
            is_ending = process.memory_info().vms == 0
            if not is_ending and not any(each in _command(process) for each in HELPERS):
                yield process


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return "one that has just ended"


def _outside() -> Iterator[str]:
    for folder in (*map(Path, OUTSIDE), Path.home()):
        if folder.is_dir():
            yield from map(str, folder.iterdir())


def _files(course: Path) -> Iterator[tuple[str, str]]:
    """Yield the path and the hash of all that no grader writes."""
    for path in course.rglob("*"):
        parts = path.relative_to(course).parts
        if path.is_file() and parts[0] not in WRITTEN and "__pycache__" not in parts:
            yield "/".join(parts), sha256(path.read_bytes()).hexdigest()


def _rows(course: Path) -> Iterator[str]:
    """Yield every row of the gradebook."""
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        tables = [row[0] for row in book.execute("SELECT name FROM sqlite_master")]
        for table in tables:
            if re.fullmatch(r"[a-z_]+", table):
                yield from (f"{table} {row}" for row in book.execute(f"SELECT * FROM {table}"))  # noqa: S608
