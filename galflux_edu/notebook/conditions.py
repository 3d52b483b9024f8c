"""What a notebook meets when it is graded; the build writes it into the release."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The key in the metadata of a released notebook.
CONDITIONS = "galflux_conditions"
# The rooms of the package that no notebook needs and no sandbox sees: they can change no grade.
HIDDEN_ROOMS = ("cli", "course", "grading", "live", "notebook", "reports", "workflows")
PACKAGE = __package__.rpartition(".")[0]


@dataclass(frozen=True)
class Conditions:
    """What is refused and allowed.

    Parameters
    ----------
    masked
        Modules that hold the answers and cannot be imported.
    forbidden
        Dotted names that no answer may use; a person is shown where one does.
    cell_seconds
        How long a cell may take.
    folder
        Where the student's notebook lies; nothing of it is there.
    """

    masked: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    cell_seconds: float = 30.0
    folder: Path = field(default=Path(), compare=False)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Return all modules that cannot be imported."""
        return (*self.masked, *(f"{PACKAGE}.{room}" for room in HIDDEN_ROOMS))


def read_conditions(release: Any, folder: Path) -> Conditions:
    """Return what the build wrote into a released notebook, for a student's `folder`."""
    about = release.metadata.get(CONDITIONS, {})
    names = {name: tuple(about.get(name, ())) for name in ("masked", "forbidden")}
    return Conditions(**names, cell_seconds=about.get("cell_seconds", 30.0), folder=folder)
