"""Run the plan: what is there is kept, what is missing is computed, and all is reported."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..report import RunReport
from ..stages import Store, run_stages
from .data import galaxies_for
from .page import write_page
from .protocol import plan
from .scales import find_scale
from .stages import Work, arguments, compute


def reproduce(
    out: Path,
    scale_name: str,
    *,
    seed: int = 0,
    catalogue: Path | None = None,
    engine: str = "jax",
    command: str = "",
    say: Callable[[str], Any] = lambda text: None,
    progress: bool = True,
) -> RunReport:
    """Reproduce PHYS378 into ``out/SCALE``, going on where an interrupted run stopped.

    Parameters
    ----------
    out
        Folder of all scales.
    scale_name
        ``small`` or ``full``.
    seed
        Of the galaxies, their noise, the split and the networks.
    catalogue
        A test catalogue; None generates one.
    engine
        ``"jax"`` or ``"numpy"``; the second is slow, for looking inside.
    command
        What the user typed.
    say
        Called with a line of text at each stage.
    progress
        Show progress bars.

    Raises
    ------
    InputError
        If there is no such scale, or the catalogue is none.
    """
    scale = find_scale(scale_name)
    folder = out / scale.name
    data = galaxies_for(folder / "images", scale, seed, catalogue, engine, progress)
    done: dict[str, dict[str, Any]] = {}
    work = Work(data, Store(folder), done)
    seconds = run_stages(
        scale.name,
        plan(scale),
        work.store,
        done,
        arguments=lambda stage: arguments(stage, work),
        compute=lambda stage: compute(stage, work),
        say=say,
        progress=progress,
    )
    return write_page(folder, data, done, command=command, seed=seed, seconds=seconds)
