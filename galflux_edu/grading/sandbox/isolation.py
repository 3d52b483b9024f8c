"""Is there a sandbox on this machine, does it hide what it should, and if not, what to do."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from . import bubblewrap

SECRETS = ("/etc/passwd", "/etc/shadow", "/var/log", "/sys", "/boot", "/root/.ssh")
OWN = ("/tmp/work", "/dev/shm", "/proc")  # noqa: S108
NO_CAPABILITIES = "0000000000000000"
PROCESSES = 3  # bubblewrap's own two and ours
GUIDE = "`galflux doctor` says how; or set allow_unsandboxed = True and trust every submission"


class IsolationError(Exception):
    """Say in one sentence why students' code cannot be isolated here, and what to do."""


def probe(allow_unsandboxed: bool = False) -> str:
    """Return how students' code is isolated here: ``"bubblewrap"``, or ``"none"`` if allowed.

    It starts a sandbox and looks around in it: no network, nobody else's processes, no home, no
    grader, no privileges. Each sandbox of a `Session` looks around again before it is used.

    Parameters
    ----------
    allow_unsandboxed
        Return ``"none"`` where there is no isolation, instead of raising.

    Raises
    ------
    IsolationError
        If there is no isolation.
    """
    problem = _problem()
    if problem is None:
        return "bubblewrap"
    if allow_unsandboxed:
        return "none"
    raise IsolationError(
        f"sandbox: needed bubblewrap to isolate students' code; {problem}. {GUIDE}."
    )


def _problem() -> str | None:
    if sys.platform != "linux":
        return f"it needs Linux (or WSL2), and this is {sys.platform}"
    if bubblewrap.program() is None:
        return "bwrap is not installed"
    from .processes import StartError, look_around

    try:
        faults = faults_of(look_around(wanted()))
    except StartError as error:
        return str(error)
    return f"it does not isolate: {', '.join(faults)}" if faults else None


def wanted() -> dict[str, list[str]]:
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


def faults_of(seen: dict[str, Any]) -> list[str]:
    """Return in words what a sandbox shows that it should not; see `look`."""
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


def advice() -> list[str]:
    """Return lines for ``galflux doctor``: which isolation there is, and how to get it."""
    problem = _problem()
    if problem is None:
        return ["isolation  bubblewrap: submissions are graded in a sandbox"]
    return [
        f"isolation  none, which only those who grade need: {problem}",
        "           Debian, Ubuntu:",
        "             sudo apt install bubblewrap      (Fedora: sudo dnf install bubblewrap)",
        "           Ubuntu 24.04 and newer also have to allow it, once, in /etc/apparmor.d/bwrap:",
        "             abi <abi/4.0>,",
        "             include <tunables/global>",
        "             profile bwrap /usr/bin/bwrap flags=(unconfined) {",
        "               userns,",
        "             }",
        "           and then: sudo systemctl reload apparmor",
        "           In a container (and on a JupyterHub, whose servers are containers) the host",
        "           decides; it is simplest to grade on the host, or else to start it with",
        "             podman run --security-opt seccomp=unconfined --security-opt unmask=ALL",
        "             docker run --security-opt seccomp=unconfined",
        "               --security-opt apparmor=unconfined --security-opt systempaths=unconfined",
        "           Windows: grade in WSL2 (wsl --install), as on Ubuntu. macOS: grade in a",
        "           virtual machine with Linux. Students need none of this.",
    ]
