"""Build ``solutions/`` and ``exercises/`` from ``course/``, or say how they differ from it."""

import difflib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..grading.job import ProblemSet
from ..grading.root import CONFIG, load, load_question
from ..notebook.conditions import CONDITIONS
from .causes import PATH as CAUSES
from .causes import causes
from .mistakes import mistakes_of
from .notebook import dumps, source_notebook, visible_code

BUILT = ("solutions", "exercises")
LEFT_ALONE = {".ipynb_checkpoints", "__pycache__", ".DS_Store"}

Files = dict[str, bytes]  # contents by path from the course root, with forward slashes


def course_sets(root: Path) -> list[str]:
    """Return the names of the problem sets that have an exercise."""
    return sorted(path.parent.name for path in (root / "course").glob("*/exercise.py"))


def build(root: Path, name: str) -> Files:
    """Return every built file of the problem set `name`, without writing any.

    The release notebook is made by nbgrader's own generate step, under the course's own
    configuration.

    Raises
    ------
    InputError
        If there is no such set, or its exercise cannot be built.
    """
    if name not in course_sets(root):
        raise InputError(
            f"course build: needed one of {', '.join(course_sets(root)) or 'no sets yet'}; "
            f"got {name!r}"
        )
    folder = root / "course" / name
    text = (folder / "exercise.py").read_text(encoding="utf-8")
    notebook = source_notebook(text, name, lambda each: load_question(root, name, each).points)
    notebook.metadata[CONDITIONS] = _conditions(root, name)
    files = {f"{name}.ipynb": dumps(notebook), **_assets(folder)}
    if (root / "grader_tests" / name / "mistakes.py").is_file():
        named = mistakes_of(load(root, f"grader_tests.{name}.mistakes"))
        files[CAUSES] = causes(visible_code(notebook), named)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "solutions", name)
        for path, content in files.items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes(content)
        _generate(root, Path(scratch), name)
        built: Files = {}
        for side in BUILT:
            built |= _files(Path(scratch), f"{side}/{name}")
    return built


def _conditions(root: Path, name: str) -> dict[str, Any]:
    """Return what a notebook meets when it is graded: no secret, and `galflux check` needs it."""
    problems = ProblemSet(root, root / BUILT[1] / name, name)
    return {
        "masked": list(problems.masked),
        "forbidden": list(problems.forbidden),
        "cell_seconds": problems.limits.cell_seconds,
    }


def _assets(folder: Path) -> Files:
    return _files(folder, "assets")


def _files(root: Path, folder: str) -> Files:
    """Return the files below ``root/folder``, by their path from `root`."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and not LEFT_ALONE & set(path.relative_to(root).parts)
    }


def _generate(root: Path, scratch: Path, name: str) -> None:
    """Run nbgrader's generate step in `scratch`, without a gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(scratch.resolve())
    config.CourseDirectory.assignment_id = name
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    course = CourseDirectory(config=config)
    try:
        GenerateAssignment(coursedir=course, config=config).start()
    except NbGraderException as error:
        raise InputError(
            f"course build: needed an exercise of {name} that nbgrader takes; see its log above"
        ) from error


def write(root: Path, name: str, files: Files) -> list[str]:
    """Write built `files`, remove what an earlier build left over, and return what changed."""
    here = _here(root, name)
    changed = [path for path in sorted(files.keys() | here) if files.get(path) != here.get(path)]
    for path in changed:
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(files[path])
        else:
            (root / path).unlink()
    return changed


def differences(root: Path, name: str, files: Files) -> Iterator[str]:
    """Yield a unified diff for every file in the tree that is not what the build makes."""
    here = _here(root, name)
    for path in sorted(files.keys() | here):
        if files.get(path) != here.get(path):
            yield from _difference(path, here.get(path, b""), files.get(path, b""))


def _here(root: Path, name: str) -> Files:
    here: Files = {}
    for side in BUILT:
        here |= _files(root, f"{side}/{name}")
    return here


def _difference(path: str, old: bytes, new: bytes) -> Iterator[str]:
    try:
        old_lines, new_lines = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        yield f"{path}: {len(old)} bytes here, {len(new)} bytes built"
        return
    yield from difflib.unified_diff(
        old_lines, new_lines, f"{path} (in the tree)", f"{path} (built)", lineterm=""
    )
