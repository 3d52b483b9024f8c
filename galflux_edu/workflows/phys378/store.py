"""Results on disk, so that nothing is computed twice: one JSON file a stage."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...files import replacing


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
        mark = hashlib.sha256(text.encode()).hexdigest()[:12]
        return self.folder / "unfinished" / name / f"{mark}-{what}.npz"

    def _path(self, name: str) -> Path:
        return self.folder / "stages" / f"{name}.json"

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            stage = json.loads(self._path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None  # absent, or damaged by hand: it can be made again
        whole = isinstance(stage, dict) and {"arguments", "seconds", "result"} <= set(stage)
        return stage if whole else None
