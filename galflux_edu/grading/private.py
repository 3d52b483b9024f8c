"""What only the grader may see: the secret, the cache of grades, the reports.

All of it lies in ``.grader/`` beside the gradebook, which nobody else can open, which git ignores,
and which no sandbox ever sees.
"""

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..files import replacing

FOLDER = ".grader"
OWNER_ONLY_FOLDER, OWNER_ONLY = 0o700, 0o600


def grader_store(root: Path, *parts: str) -> Path:
    """Return a folder inside ``root/.grader``, made if it is not there."""
    top = root / FOLDER
    top.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
    top.chmod(OWNER_ONLY_FOLDER)
    if not (top / ".gitignore").exists():
        write_private(top / ".gitignore", "*\n")
    folder = top.joinpath(*parts)
    folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write `text` so that it is never half there and never anyone else's to read."""
    with replacing(path) as temporary:
        temporary.touch(mode=OWNER_ONLY)
        temporary.write_text(text, encoding="utf-8")


def remove_partial_files(root: Path) -> None:
    """Remove what a killed grader was about to write."""
    for path in (root / FOLDER).rglob(".*.partial"):
        path.unlink(missing_ok=True)


def course_secret(root: Path) -> bytes:
    """Return the secret that all seeds come from; it is made at first use.

    Whoever knows it can work out the inputs of the hidden checks. Who loses it loses nothing but
    the way to draw the very same inputs again.
    """
    path = grader_store(root) / "secret"
    if not path.exists():
        # Written under another name and linked: of two graders that start together, one wins.
        fresh = path.with_name(f".secret.{os.getpid()}.partial")
        write_private(fresh, secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return bytes.fromhex(path.read_text(encoding="utf-8").strip())


def question_seed(secret: bytes, assignment: str, grade_id: str, student: str, attempt: str) -> str:
    """Return what the inputs of one question of one attempt are drawn from.

    The same content always meets the same inputs, and nobody without the secret can know them.

    Parameters
    ----------
    secret
        The secret of the course.
    assignment, grade_id, student
        Whose question it is.
    attempt
        The hash of what was handed in.
    """
    message = json.dumps([assignment, grade_id, student, attempt]).encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


class Cache:
    """Grades that were worked out before, by the hash of everything that they depend on."""

    def __init__(self, root: Path):
        self.folder = grader_store(root, "cache")

    def get(self, key: str) -> Any | None:
        """Return what was kept under `key`, or None."""
        try:
            return json.loads(self._path(key).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def put(self, key: str, value: Any) -> None:
        """Keep `value`, which JSON can say, under `key`."""
        write_private(self._path(key), json.dumps(value, allow_nan=False))

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def write_report(root: Path, assignment: str, student: str, report: dict[str, Any]) -> None:
    """Write the report of one submission beside the gradebook."""
    path = grader_store(root, "reports", assignment) / f"{student}.json"
    write_private(path, json.dumps(report, indent=1, allow_nan=False) + "\n")
