"""Start bubblewrap for root: as somebody else, who could not even read root's own folders.

It stands alone: ``python -I -S root_launcher.py FD COMMAND...``, with a plan in JSON to be
read from FD. Every place that the sandbox will see is bound under one folder of a mount namespace
of its own, so that a Python that lives in ``/root`` can be used by a user who may not look there.
"""

import ctypes
import json
import os
import sys

CLONE_NEWNS = 0x00020000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 0x1000, 0x4000, 0x40000

libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]


def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount, see mount(2)."""
    kind_bytes = kind.encode() if kind else None
    if libc.mount(os.fsencode(source), os.fsencode(target), kind_bytes, flags, data.encode()):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def stage(roots: list[str], folder: str) -> None:
    """Bind each of `roots` under `folder`, by number, in a mount namespace of our own."""
    if libc.unshare(CLONE_NEWNS):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "mount namespace")
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    handles = [os.open(root, os.O_PATH) for root in roots]  # some may lie in `folder` itself
    mount("none", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
    for number, handle in enumerate(handles):
        target = os.path.join(folder, str(number))  # noqa: PTH118
        if os.path.isdir(f"/proc/self/fd/{handle}"):  # noqa: PTH112
            os.mkdir(target)  # noqa: PTH102
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        mount(f"/proc/self/fd/{handle}", target, None, MS_BIND | MS_REC)
        os.close(handle)


def main(fd: int, inside: list[str]) -> None:
    """Do it; this process becomes bubblewrap."""
    with os.fdopen(fd) as file:
        plan = json.load(file)
    stage(plan["roots"], plan["stage"])
    args = os.memfd_create("args", 0)
    os.write(args, b"".join(os.fsencode(arg) + b"\0" for arg in plan["args"]))
    os.lseek(args, 0, os.SEEK_SET)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(*[plan["uid"]] * 3)
    os.setresuid(*[plan["uid"]] * 3)
    os.execve(plan["program"], [plan["program"], "--args", str(args), "--", *inside], {})  # noqa: S606


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
