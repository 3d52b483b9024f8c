"""Make what students get: one zip with the library, the lectures, the exercises and the guide."""

import tempfile
import tomllib
import zipfile
from pathlib import Path

from ..errors import InputError
from .build import Files, build, course_sets
from .lecture import lecture_page

FOLDER = "galflux-course"
BESIDES = {  # from where in the repository, to where in the zip
    "course/student-guide.md": "student-guide.md",
    "LICENSE": "LICENSE",
    "LICENSE-COURSE": "LICENSE-COURSE",
}
TEACHERS = (  # what is not in the students' wheel
    "grading",
    "course",
    "cli/course.py",
    "cli/grade*.py",
    "cli/reproduce.py",
    "cli/selftest.py",
    "workflows/phys378",
    "live/demos/the_autograder_open.py",
)
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
    exercises: Files = {}
    for name in course_sets(root):
        for path, content in build(root, name).items():
            if path.startswith("exercises/"):
                if not (root / path).is_file() or (root / path).read_bytes() != content:
                    raise InputError(
                        f"course bundle: needed {path} as the build makes it; got another: "
                        f"run galflux course build {name}"
                    )
                exercises[path] = content
    contents = dict(exercises)
    for path, inside in BESIDES.items():
        contents[inside] = (root / path).read_bytes()
    for name in course_sets(root):
        if (root / "course" / name / "lecture.md").is_file():
            contents[f"lectures/{name}.html"] = lecture_page(root, name)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _wheel(root, exercises, Path(scratch))
        contents[wheel.name] = wheel.read_bytes()
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(contents):
            entry = zipfile.ZipInfo(f"{FOLDER}/{path}", DATE)
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, contents[path], zipfile.ZIP_DEFLATED)
    return sorted(contents)


def _wheel(root: Path, exercises: Files, folder: Path) -> Path:
    """Build the students' wheel into `folder`, by hatchling itself: no network is needed.

    It leaves out what only teachers need, and takes the released exercises along, for
    `galflux check` to compare with.
    """
    from hatchling.builders.wheel import WheelBuilder

    released = folder / "exercises"
    for path, content in exercises.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    config = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    config["tool"]["hatch"]["build"]["targets"]["wheel"] |= {
        "exclude": [f"/galflux_edu/{path}" for path in TEACHERS],
        "force-include": {str(released): "galflux_edu/notebook/released"},
    }
    (wheel,) = WheelBuilder(str(root), config=config).build(
        directory=str(folder), versions=["standard"]
    )
    return Path(wheel)
