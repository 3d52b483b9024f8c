"""What ``/proc`` says of processes: their descendants, their memory, how long they waited.

psutil finds the descendants of one process by reading all processes of the machine (milliseconds
where these take microseconds, at every look of the watchdog at every sandbox), and it knows
neither the buffers of sockets nor the time that a thread waits for a processor.
"""

import contextlib
import os
from pathlib import Path

SOCKET_BYTES = 1 << 18  # Linux lets a socket fill about 0.2 MB
COUNTED = ("RssAnon:", "RssShmem:", "VmSwap:", "VmPTE:")


def tree(pid: int) -> list[int]:
    """Return `pid` and all its descendants that are alive."""
    found, front = [pid], [pid]
    while front:
        parent = front.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                with contextlib.suppress(OSError):  # a thread may end meanwhile
                    children = [int(child) for child in (task / "children").read_text().split()]
                    found += children
                    front += children
    return found


def memory_of(pid: int) -> int:
    """Return how many bytes a process holds in memory, files apart; 0 if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(errors="replace")
    except OSError:
        return 0
    return sum(
        1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith(COUNTED)
    )


def memory_of_sockets(pid: int) -> int:
    """Return how many bytes the sockets in the network namespace of `pid` may hold at most.

    They belong to no process. In our own namespace, where there is no sandbox, they are not
    counted.
    """
    try:
        if Path(f"/proc/{pid}/ns/net").samefile("/proc/self/ns/net"):
            return 0
        return SOCKET_BYTES * (Path(f"/proc/{pid}/net/unix").read_bytes().count(b"\n") - 1)
    except OSError:
        return 0


def waits_of(pid: int) -> dict[str, float]:
    """Return how many seconds each thread in the tree of `pid` has waited for a processor.

    Threads of which this is not known are left out.
    """
    found = {}
    for each in tree(pid):
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{each}/task"):  # noqa: PTH208
                with contextlib.suppress(OSError, ValueError, IndexError):
                    words = Path(f"/proc/{each}/task/{task}/schedstat").read_text().split()
                    found[task] = int(words[1]) / 1e9
    return found


def tasks_of_this_user() -> int:
    """Return how many threads this user runs already, where there is a ``/proc``."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == os.getuid():
                count += sum(1 for _ in (process / "task").iterdir())
    return count
