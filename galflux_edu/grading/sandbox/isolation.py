"""Say whether there is a sandbox on this machine that hides what it should."""

import sys

from . import bubblewrap
from .processes import StartError, look_around
from .verify import IsolationError, expected_view, isolation_faults

GUIDE = "`galflux doctor` says how; or set allow_unsandboxed = True and trust every submission"


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
    problem = isolation_problem()
    if problem is None:
        return "bubblewrap"
    if allow_unsandboxed:
        return "none"
    raise IsolationError(
        f"sandbox: needed bubblewrap to isolate students' code; {problem}. {GUIDE}."
    )


def isolation_problem() -> str | None:
    """Return in a clause why nothing isolates students' code here; None if something does."""
    if sys.platform != "linux":
        return f"it needs Linux (or WSL2), and this is {sys.platform}"
    if bubblewrap.program() is None:
        return "bwrap is not installed"
    try:
        faults = isolation_faults(look_around(expected_view()))
    except StartError as error:
        return str(error)
    return f"it does not isolate: {', '.join(faults)}" if faults else None
