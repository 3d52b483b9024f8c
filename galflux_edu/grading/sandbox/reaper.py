"""Where nothing isolates submissions: start a worker, and end all that it leaves behind.

It stands alone: ``python -I reaper.py FD``. What a worker has started outlives it where no
namespace of processes ends with it; on Linux these orphans become children of the reaper.
"""

import ctypes
import os
import signal
import sys
from contextlib import suppress

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
import worker

del sys.path[0]

PR_SET_CHILD_SUBREAPER = 36


def reap(first: int) -> None:
    """Wait for the child `first`, and end whatever is there still."""
    os.waitpid(first, 0)
    with suppress(OSError):  # no child is left
        while True:
            with open("/proc/thread-self/children") as file:  # noqa: PTH123
                for child in file.read().split():
                    os.kill(int(child), signal.SIGKILL)
            os.waitpid(-1, 0)


def main(fd: int) -> None:
    """Become the worker; where orphans can be kept, a child becomes it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        child = os.fork()
        if child:
            os.close(fd)  # the line ends with the worker
            reap(child)
            return
    worker.main(fd)


if __name__ == "__main__":
    main(int(sys.argv[1]))
