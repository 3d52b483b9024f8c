"""Forbid the system calls that no exercise needs and that hide memory or open doors.

A classic BPF program, so that no library is needed: wrong architecture or a forbidden number is
answered with EPERM, everything else is allowed. See seccomp(2).
"""

import ctypes
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
FILTER = 2
ALLOW, ERRNO, EPERM, ENOSYS = 0x7FFF0000, 0x00050000, 1, 38
LOAD, AND, RETURN = 0x20, 0x54, 0x06
EQUAL, GREATER_EQUAL, ANY_BIT = 0x15, 0x35, 0x45  # jumps
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
NEW_NAMESPACES = 0x7E020000  # CLONE_NEW*: user, pid, net, ipc, uts, cgroup, mount
MAP_SHARED, MAP_SHARED_VALIDATE, MAP_TYPE, MAP_ANONYMOUS = 0x01, 0x03, 0x0F, 0x20
X32 = 0x40000000

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column below, AUDIT_ARCH
CLONE, CLONE3, MMAP = (56, 220), (435, 435), (9, 222)
FORBIDDEN = {
    # memory that no process shows
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # sockets but pairs, whose buffers the watchdog counts as they are
    "socket": (41, 198),
    "setsockopt": (54, 208),
    # other namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    # large or young parts of the kernel
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "kexec_load": (246, 104),
}


def program(machine: str) -> bytes | None:
    """Return the BPF program for this kind of processor, or None if we have none."""
    if machine not in MACHINES:
        return None
    column, architecture = MACHINES[machine]
    deny, allow = (RETURN, 0, 0, ERRNO | EPERM), (RETURN, 0, 0, ALLOW)
    steps = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), deny, (LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":
        steps += [(GREATER_EQUAL, 0, 1, X32), deny]
    for numbers in FORBIDDEN.values():
        steps += [(EQUAL, 0, 1, numbers[column]), deny]
    # The flags of clone3 lie in memory, out of sight: libc then falls back to clone.
    steps += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, ERRNO | ENOSYS)]
    steps += [(EQUAL, 0, 4, CLONE[column]), (LOAD, 0, 0, ARGUMENTS)]
    steps += [(ANY_BIT, 0, 1, NEW_NAMESPACES), deny, allow]
    # Memory that is shared without a file stays when its pages leave the process's tables.
    shared, checked = (MAP_ANONYMOUS | kind for kind in (MAP_SHARED, MAP_SHARED_VALIDATE))
    steps += [(EQUAL, 0, 5, MMAP[column]), (LOAD, 0, 0, ARGUMENTS + 3 * 8)]
    steps += [(AND, 0, 0, MAP_ANONYMOUS | MAP_TYPE)]
    steps += [(EQUAL, 1, 0, shared), (EQUAL, 0, 1, checked), deny, allow]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


def forbid() -> bool:
    """Install the filter for this process and its children; return whether it could be."""
    code = program(platform.machine()) if sys.platform == "linux" else None
    if code is None:
        return False
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    buffer = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("@HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    fprog = ctypes.create_string_buffer(head, len(head))
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return prctl(PR_SET_SECCOMP, FILTER, ctypes.addressof(fprog), 0, 0) == 0
