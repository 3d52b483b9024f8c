"""Run the plan: what is there is kept, what is missing is computed, and all is reported."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..flux.report import RunReport
from .data import galaxies_for
from .page import write_page
from .protocol import plan
from .scales import find_scale
from .stages import Work, arguments, compute
from .store import Store


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
    stages, folder = plan(scale), out / scale.name
    data = galaxies_for(folder / "images", scale, seed, catalogue, engine, progress)
    done: dict[str, dict[str, Any]] = {}
    work = Work(data, Store(folder), done)
    spent = 0.0
    planned = [max(1, round(60 * stage.minutes)) for stage in stages]  # seconds
    minutes = sum(planned) / 60
    say(f"{len(stages)} stages, about {minutes:.0f} minutes on two cores; results in {folder}")
    shown = "{desc}: {percentage:3.0f}%|{bar}| {elapsed} so far, {remaining} to go"
    with tqdm(total=sum(planned), desc=scale.name, bar_format=shown, disable=not progress) as bar:
        for number, (stage, seconds) in enumerate(zip(stages, planned, strict=True), 1):
            key = arguments(stage, work)
            kept = work.store.load(stage.name, key)
            if kept is None:
                title = f"[{number}/{len(stages)}] {stage.name}, about {stage.minutes:.1f} minutes"
                if work.store.is_outdated(stage.name, key):
                    title += " (again: the result that was there was made with other arguments)"
                bar.clear()
                say(title)
                start = time.perf_counter()
                result = compute(stage, work)
                kept = {
                    "arguments": key,
                    "seconds": time.perf_counter() - start,
                    "result": result,
                }
                work.store.save(stage.name, kept)
            else:
                # What was there took no time: the estimate of the rest must not profit from it.
                bar.initial += seconds
            done[stage.name] = kept["result"]
            spent += kept["seconds"]
            bar.update(seconds)
    return write_page(folder, data, done, command=command, seed=seed, seconds=spent)
