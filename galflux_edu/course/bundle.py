"""Make what students get: one zip with the library, the exercises and the guide."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from ..errors import InputError
from .build import build, course_sets

FOLDER = "galflux-course"
BESIDES = {  # from where in the repository, to where in the zip
    "course/student-guide.md": "student-guide.md",
    "LICENSE": "LICENSE",
    "LICENSE-COURSE": "LICENSE-COURSE",
}
DATE = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: the same tree gives the same bytes


def write_bundle(root: Path, out: Path) -> list[str]:
    """Write the students' zip to `out` and return the names of what is in it.

    Only what is built from ``course/`` now goes in, and of that only the release side, so a stale
    or a hand-edited exercise cannot slip through, nor can a solution.

    Raises
    ------
    InputError
        If an exercise in the tree is not what the build makes, or the guide is missing.
    """
    contents = {}
    for name in course_sets(root):
        for path, content in build(root, name).items():
            if path.startswith("exercises/"):
                if not (root / path).is_file() or (root / path).read_bytes() != content:
                    raise InputError(
                        f"course bundle: needed {path} as the build makes it; got another: "
                        f"run galflux course build {name}"
                    )
                contents[path] = content
    for path, inside in BESIDES.items():
        contents[inside] = (root / path).read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _wheel(root, Path(scratch))
        contents[wheel.name] = wheel.read_bytes()
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(contents):
            entry = zipfile.ZipInfo(f"{FOLDER}/{path}", DATE)
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, contents[path], zipfile.ZIP_DEFLATED)
    return sorted(contents)


def _wheel(root: Path, folder: Path) -> Path:
    """Build the library's wheel into `folder`, by hatchling itself: no network is needed."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise InputError(
            "course bundle: needed a wheel from hatchling (pip install -e '.[instructor]'); "
            f"got {done.stderr.strip()[-300:]}"
        )
    return wheels[0]
