"""Find the course on disk, and the hidden checks in it."""

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

from ..errors import InputError
from .checks import Check

CONFIG = "nbgrader_config.py"
CHECKS = "grader_tests"  # the folder of the hidden checks, and the package that they are


def course_root(start: Path | None = None) -> Path:
    """Return the nearest folder, from `start` upwards, that holds the course.

    Raises
    ------
    InputError
        If there is none; students, for one, never get it.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file() and (folder / CHECKS).is_dir():
            return folder
    raise InputError(
        f"course: needed a folder with {CONFIG} and grader_tests, here or above; got {start}"
    )


def load_checks(root: Path, name: str) -> ModuleType:
    """Return the hidden checks of the problem set `name`, ``grader_tests/<name>/checks.py``."""
    if not (re.fullmatch(r"\w+", name) and (root / CHECKS / name / "checks.py").is_file()):
        raise InputError(f"checks: needed grader_tests/{name}/checks.py in {root}; it is not there")
    return load(root, f"{CHECKS}.{name}.checks")


def load_check(root: Path, name: str, grade_id: str) -> Check:
    """Return the hidden check of one graded cell."""
    checks = load_checks(root, name).CHECKS
    if grade_id not in checks:
        raise InputError(
            f"checks: needed a check of {grade_id!r} in grader_tests/{name}/checks.py; "
            f"got {', '.join(checks)}"
        )
    return checks[grade_id]


def load(root: Path, module: str) -> ModuleType:
    """Import `module` of the course: grader_tests is no installed package, and never will be.

    The modules of another course, which a process that lives long may hold, make way first.
    """
    loaded = {name: each for name, each in sys.modules.items() if _top(name) == CHECKS}
    # A folder without __init__.py is a module too, but has no file.
    files = [each.__file__ for each in loaded.values() if getattr(each, "__file__", None)]
    strangers = not all(Path(file).is_relative_to(root) for file in files)
    for name in loaded if strangers else ():
        del sys.modules[name]
    if strangers or str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module(module)


def _top(name: str) -> str:
    return name.partition(".")[0]
