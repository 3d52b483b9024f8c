"""Stages of a long run: each is computed once, kept on disk, and found again after a stop."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..files import replacing


@dataclass(frozen=True)
class Store:
    """Results under their names, each with the arguments it was made with.

    Parameters
    ----------
    folder
        Where the run lies: results go to ``stages/``, unfinished trainings to ``unfinished/``.
    """

    folder: Path

    def load(self, name: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
        """Return a finished stage, or None where there is none that was made with `arguments`."""
        stage = self._read(name)
        return stage if stage is not None and stage["arguments"] == arguments else None

    def is_outdated(self, name: str, arguments: dict[str, Any]) -> bool:
        """Say whether there is a result, but one made with other arguments."""
        stage = self._read(name)
        return stage is not None and stage["arguments"] != arguments

    def save(self, name: str, stage: dict[str, Any]) -> None:
        """Write a finished stage, whole or not at all, and forget its unfinished training."""
        text = json.dumps(stage, allow_nan=False)
        with replacing(self._path(name)) as temporary:
            temporary.write_text(text, encoding="utf-8")
        shutil.rmtree(self.folder / "unfinished" / name, ignore_errors=True)

    def unfinished(self, name: str, arguments: dict[str, Any], what: str) -> Path:
        """Return the file for something unfinished; other arguments have another file."""
        text = json.dumps(arguments, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        return self.folder / "unfinished" / name / f"{digest}-{what}.npz"

    def _path(self, name: str) -> Path:
        return self.folder / "stages" / f"{name}.json"

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            stage = json.loads(self._path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None  # absent, or damaged by hand: it can be made again
        whole = isinstance(stage, dict) and {"arguments", "seconds", "result"} <= set(stage)
        return stage if whole else None


def run_stages(
    title: str,
    stages: Iterable[Any],
    store: Store,
    done: dict[str, dict[str, Any]],
    *,
    arguments: Callable[[Any], dict[str, Any]],
    compute: Callable[[Any], dict[str, Any]],
    say: Callable[[str], Any] = lambda text: None,
    progress: bool = True,
) -> float:
    """Fill `done` with the result of every stage, in order; return the seconds spent on them.

    Parameters
    ----------
    title
        In front of the progress bar.
    stages
        Each has a ``name`` and ``minutes``, about how long it will take.
    store
        Where results are kept.
    done
        Results by the name of their stage; later stages may use those of earlier ones.
    arguments
        Returns everything that the result of a stage depends on.
    compute
        Returns the result of a stage.
    say
        Called with a line of text at each stage.
    progress
        Show a progress bar.
    """
    planned = [(stage, max(1, round(60 * stage.minutes))) for stage in stages]
    total, spent = sum(seconds for _, seconds in planned), 0.0
    say(
        f"{len(planned)} stages, about {total / 60:.0f} minutes on two cores; "
        f"results in {store.folder}"
    )
    shown = "{desc}: {percentage:3.0f}%|{bar}| {elapsed} so far, {remaining} to go"
    with tqdm(total=total, desc=title, bar_format=shown, disable=not progress) as bar:
        for number, (stage, seconds) in enumerate(planned, 1):
            key = arguments(stage)
            kept = store.load(stage.name, key)
            if kept is None:
                line = f"[{number}/{len(planned)}] {stage.name}, about {stage.minutes:.1f} minutes"
                if store.is_outdated(stage.name, key):
                    line += " (again: the result that was there was made with other arguments)"
                bar.clear()
                say(line)
                start = time.perf_counter()
                result = compute(stage)
                seconds_taken = time.perf_counter() - start
                kept = {"arguments": key, "seconds": seconds_taken, "result": result}
                store.save(stage.name, kept)
            else:
                # What was there took no time: the estimate of the rest must not profit from it.
                bar.initial += seconds
            done[stage.name] = kept["result"]
            spent += kept["seconds"]
            bar.update(seconds)
    return spent
