"""The first process of a sandbox: import once, then fork a private sandbox for every pass.

``python -I zygote.py FD FOLDER`` stands alone inside bubblewrap. It never runs a student's code.
Each fork gets namespaces of its own (processes, mounts, network, IPC), fresh scratch folders, and
then gives all privileges up; what it shares with its siblings is read-only. Forking is safe here:
JAX has been imported, but none of its backends has been started.
"""

import ctypes
import json
import os
import re
import socket
import sys
from collections.abc import Iterator

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
import worker

del sys.path[0]

NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000  # mnt uts ipc pid net
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC = 2, 4, 8, 0x1000, 0x4000
PR_CAPBSET_READ, PR_CAPBSET_DROP = 23, 24
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
CAPABILITY_VERSION_3 = 0x20080522
SCRATCH = "/tmp"  # noqa: S108
SHARED = "/dev/shm"  # noqa: S108
FILES = 1 << 16
READY = b"ready"

libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount, see mount(2)."""
    names = (os.fsencode(source), os.fsencode(target), kind.encode())
    _check(libc.mount(*names, flags, data.encode()), target)


def mounts_under(folder: str) -> Iterator[str]:
    """Yield what is mounted somewhere under `folder`; what lies in one of these comes with it."""
    last = "/"
    with open("/proc/self/mountinfo") as file:  # noqa: PTH123
        for line in file:
            target = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), line.split()[4])
            if target.startswith(folder + "/") and not target.startswith(last + "/"):
                yield (last := target)


def fresh_scratch(scratch_bytes: int) -> None:
    """Mount empty scratch folders; what bubblewrap bound under the old one is bound again."""
    kept = {target: os.open(target, os.O_PATH) for target in mounts_under(SCRATCH)}
    flags = MS_NOSUID | MS_NODEV
    most = f"nr_inodes={FILES},mode=1777"  # an empty file takes memory too
    mount("none", SCRATCH, "tmpfs", flags, f"size={scratch_bytes},{most}")
    mount("none", SHARED, "tmpfs", flags, f"size={scratch_bytes // 2},{most}")
    for target, handle in kept.items():
        source = f"/proc/self/fd/{handle}"
        if os.path.isdir(source):  # noqa: PTH112
            os.makedirs(target, exist_ok=True)  # noqa: PTH103
        elif not os.path.exists(target):  # noqa: PTH110
            os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
        mount(source, target, "", MS_BIND | MS_REC)  # read-only, as what it is bound from
        os.close(handle)
    mount("none", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    os.makedirs(SCRATCH + "/work")  # noqa: PTH103


def drop_privileges() -> None:
    """Give up every capability for good."""
    _check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities")
    number = 0
    while libc.prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0:
        _check(libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0), "bounding capabilities")
        number += 1
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _check(libc.capset(header, (ctypes.c_uint32 * 6)()), "capabilities")


def spawn(line: socket.socket, options: dict, shell: "worker.shells.Shell") -> None:
    """Start a worker in a sandbox of its own and send the grader a handle of its first process.

    The first process of a process namespace takes all others with it when it ends.
    """
    _check(libc.unshare(NAMESPACES), "namespaces")
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child:
        theirs.close()
        answer = ours.recv(1000)
        if answer != READY:
            raise OSError(answer.decode())
        socket.send_fds(line, [b"P"], [os.pidfd_open(child)])
        ours.send(b"go")
        return
    ours.close()
    try:
        fresh_scratch(options["limits"]["scratch_bytes"])
        drop_privileges()
    except OSError as error:
        theirs.send(str(error).encode())
        os._exit(1)
    os.setsid()  # or killing all of its process group would reach us
    with theirs:
        theirs.send(READY)
        theirs.recv(2)  # frames may only come after the handle
    worker.begin(line, options, shell)


def serve(control: socket.socket, shell: "worker.shells.Shell") -> None:
    """Fork a worker for each request until the grader hangs up."""
    control.send(READY)
    while True:
        request, handles, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not request:
            return
        line = socket.socket(fileno=handles[0])
        child = os.fork()
        if not child:
            control.close()
            request = json.loads(request)  # `worker.begin` empties it: students see our frames
            try:
                spawn(line, request, shell)
            except OSError as error:
                line.send(f"E{error}".encode())
            os._exit(0)
        line.close()
        os.waitpid(child, 0)


if __name__ == "__main__":
    sys.path.append(sys.argv[2])  # where the package is
    serve(socket.socket(fileno=int(sys.argv[1])), worker.warm())
