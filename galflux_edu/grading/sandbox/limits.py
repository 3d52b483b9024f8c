"""How much a submission may use, and how a process binds itself to that."""

import contextlib
import os
import random
import sys
from dataclasses import dataclass

GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one pass over one notebook may use.

    Parameters
    ----------
    cell_seconds, call_seconds
        How long a cell, or a call of a student's function, may take.
    total_seconds
        How long all cells of a pass may take together, and then all calls.
    memory_bytes
        The resident memory of all its processes together; `data_bytes` is the private writable
        memory of each.
    output_bytes
        How much a cell may show; all together show at most eight times as much.
    processes
        Processes and threads.
    file_bytes, scratch_bytes
        The largest file, and all files together.
    cpu_seconds
        Processor time of each process.
    open_files
        Open files of each process.
    cores
        Processor cores, any of those there are: JAX starts three threads for each.
    """

    cell_seconds: int | float = 30.0
    call_seconds: int | float = 10.0
    total_seconds: int | float = 300.0
    memory_bytes: int = 2 * GIB
    data_bytes: int = 3 * GIB // 2
    output_bytes: int = 1 * MIB
    processes: int = 128
    file_bytes: int = 64 * MIB
    scratch_bytes: int = 256 * MIB
    cpu_seconds: int = 300
    open_files: int = 256
    cores: int = 8


def bind(limits: Limits) -> None:
    """Bind this process and its children to `limits`, as far as the system knows them."""
    if sys.platform == "win32":
        return
    import resource

    if hasattr(os, "sched_setaffinity"):
        free = sorted(os.sched_getaffinity(0))
        few = random.SystemRandom().sample(free, min(limits.cores, len(free)))
        os.sched_setaffinity(0, few)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")  # where memory runs out all the same, this goes first

    wanted = {
        "RLIMIT_DATA": limits.data_bytes,
        "RLIMIT_AS": 4 * limits.data_bytes,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        which = getattr(resource, name, None)
        if which is None:
            continue
        ceiling = resource.getrlimit(which)[1]
        value = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        # macOS knows DATA and AS but refuses to set them.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (value, value))
