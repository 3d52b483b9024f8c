"""What a sandbox may show: what each looks for before it is used, and what is wrong with it."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from . import bubblewrap

SECRETS = ("/etc/passwd", "/etc/shadow", "/var/log", "/sys", "/boot", "/root/.ssh")
OWN = ("/tmp/work", "/dev/shm", "/proc")  # noqa: S108
NO_CAPABILITIES = "0000000000000000"
PROCESSES = 3  # bubblewrap's own two and ours


class IsolationError(Exception):
    """Say in one sentence why students' code cannot be isolated here, and what to do."""


def verify_isolation(seen: dict[str, Any]) -> None:
    """Refuse a sandbox that shows more than it should."""
    faults = isolation_faults(seen)
    if faults:
        raise IsolationError(f"sandbox: needed isolation; got this: {', '.join(faults)}.")


def expected_view() -> dict[str, list[str]]:
    """Return what a sandbox has to look for."""
    near = [path for folder in (Path.home(), Path.cwd()) for path in _listed(folder)[:20]]
    secrets = [path for path in (*map(Path, SECRETS), *near) if not _is_shown(path)]
    return {
        "hidden": [str(path) for path in (bubblewrap.HERE.parent, *secrets)],
        "locked": ["/", "/usr", str(bubblewrap.PACKAGE), sys.prefix, "/dev"],
    }


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_shown(path: Path) -> bool:
    """Return whether a sandbox has `path`, or a folder of this name on the way to what it has."""
    own = (bubblewrap.PACKAGE, bubblewrap.INSIDE, bubblewrap.DATA)
    own = (*own, *map(Path, (*OWN, *bubblewrap.TOPS)))
    on_the_way = any(place.is_relative_to(path) for place in (*_shown(), *own))
    return on_the_way or any(path.is_relative_to(place) for place in _shown())


@cache
def _shown() -> tuple[Path, ...]:
    hidden = (bubblewrap.HERE, bubblewrap.PACKAGE)
    return tuple(place for place in bubblewrap.roots(None) if place not in hidden)


def isolation_faults(seen: dict[str, Any]) -> list[str]:
    """Return in words what a sandbox shows that it should not; see `self_check`."""
    status = seen["status"]
    faults = [f"the network {name} is there" for name in seen["networks"]]
    faults += [f"{path} is in sight" for path in seen["seen"]]
    faults += [f"{path} can be written to" for path in seen["writable"]]
    faults += [f"{name} is in its environment" for name in _surplus(seen["environment"])]
    if seen["processes"] > PROCESSES:
        faults.append("other processes are in sight")
    if {status["CapEff"], status["CapPrm"]} != {NO_CAPABILITIES} or status["NoNewPrivs"] != "1":
        faults.append("it has privileges")
    return faults


def _surplus(names: list[str]) -> list[str]:
    return [name for name in names if name not in (*bubblewrap.ENVIRONMENT, "PWD", "LC_CTYPE")]
