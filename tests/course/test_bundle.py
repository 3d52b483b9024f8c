"""Students get what they need, and neither a solution nor a hidden check."""

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from classroom import MINI, REPOSITORY, solution_lines

from galflux_edu.course import course_sets, write_bundle
from galflux_edu.errors import InputError

SECRET_NAMES = ("solutions", "grader_tests", "exercise.py", "reference", "corpus", "gradebook")
OPEN = "galflux_edu/grading/gradebook.py"  # the code that opens a gradebook is in every install


@pytest.fixture(scope="session")
def whole(mini, tmp_path_factory) -> Path:
    """The tiny course with the library and the papers beside it."""
    root = Path(shutil.copytree(mini, tmp_path_factory.mktemp("whole") / "course"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-COURSE"):
        shutil.copy(REPOSITORY / name, root)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "galflux_edu", root / "galflux_edu", ignore=ignore)
    (root / "course" / "student-guide.md").write_text("# Start here\n")
    return root


def _check_for_secrets(bundle: Path, root: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name) for name in names}
    (wheel,) = [name for name in names if name.endswith(".whl")]
    with zipfile.ZipFile(BytesIO(texts[wheel])) as archive:
        in_wheel = archive.namelist()
    for name in {*names, *in_wheel} - {OPEN}:
        assert not any(secret in name for secret in SECRET_NAMES), name
    assert not [name for name in in_wheel if name.endswith(".ipynb")]
    for name in course_sets(root):
        path = f"galflux-course/exercises/{name}/{name}.ipynb"
        notebook = nbformat.reads(texts[path].decode(), as_version=4)
        released = "\n".join(cell.source for cell in notebook.cells)
        assert "SOLUTION" not in released
        assert "HIDDEN" not in released
        assert "galflux_edu.grading" not in released
        lines = solution_lines((root / "course" / name / "exercise.py").read_text())
        assert lines
        taught = {line.strip() for line in released.split("\n")}
        assert not lines & taught


def test_the_bundle_of_the_tiny_course(whole, tmp_path):
    inside = write_bundle(whole, tmp_path / "a.zip")
    assert inside == [
        "LICENSE",
        "LICENSE-COURSE",
        f"exercises/{MINI}/assets/table.txt",
        f"exercises/{MINI}/{MINI}.ipynb",
        "galflux-0.1.0-py3-none-any.whl",
        "student-guide.md",
    ]
    _check_for_secrets(tmp_path / "a.zip", whole)
    write_bundle(whole, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.skipif(not course_sets(REPOSITORY), reason="no problem set yet")
def test_the_bundle_of_the_course(tmp_path):
    write_bundle(REPOSITORY, tmp_path / "course.zip")
    _check_for_secrets(tmp_path / "course.zip", REPOSITORY)


def test_a_stale_exercise_does_not_get_out(whole, tmp_path):
    root = Path(shutil.copytree(whole, tmp_path / "course"))
    path = f"exercises/{MINI}/{MINI}.ipynb"
    (root / path).write_text((root / path).read_text().replace("YOUR CODE", "MY CODE"))
    message = (
        f"^course bundle: needed {path} as the build makes it; got another: "
        f"run galflux course build {MINI}$"
    )
    with pytest.raises(InputError, match=message):
        write_bundle(root, tmp_path / "out.zip")
