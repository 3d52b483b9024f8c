"""Look around in a sandbox, before anything of a student's runs there, and say what is in sight.

It stands alone; the grader decides on what it reports (see `verify`).
"""

import json
import os
import socket
import sys
from typing import Any

STATUS = ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Seccomp")


def look_around(hidden: list[str], locked: list[str]) -> dict[str, Any]:
    """Return what this process sees.

    Parameters
    ----------
    hidden
        Paths that should not be there.
    locked
        Folders that should be read-only.
    """
    with open("/proc/self/status") as file:  # noqa: PTH123
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    with open("/proc/self/environ", "rb") as file:  # noqa: PTH123
        environment = [each.partition(b"=")[0].decode() for each in file.read().split(b"\0")]
    return {
        "networks": [name for _, name in socket.if_nameindex() if name != "lo"],
        "processes": sum(name.isdigit() for name in os.listdir("/proc")),  # noqa: PTH208
        "seen": [path for path in hidden if os.path.lexists(path)],
        "writable": [folder for folder in locked if _can_write(folder)],
        "environment": sorted(filter(None, environment)),
        "status": {name: status.get(name, "") for name in STATUS},
    }


def _can_write(folder: str) -> bool:
    path = os.path.join(folder, ".galflux-self-check")  # noqa: PTH118
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except OSError:
        return False
    os.unlink(path)  # noqa: PTH108
    return True


if __name__ == "__main__":
    view = json.loads(sys.argv[2])
    with socket.socket(fileno=int(sys.argv[1])) as line:
        line.sendall(json.dumps(look_around(view["hidden"], view["locked"])).encode())
