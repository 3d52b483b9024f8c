"""Students get what they need, and neither a solution nor a hidden check."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from classroom import MINI, REPOSITORY, solution_lines

from galflux_edu.course import course_sets, write_bundle
from galflux_edu.errors import InputError

SECRET_NAMES = ("solutions", "grader_tests", "exercise.py", "reference", "corpus", "gradebook")
GRADERS = ("grading", "course", "attack", "fuzz", "selftest", "mistakes", "grade")
PACKAGE_LINES = 26_679  # of all .py files of the package when it was still one wheel for everybody


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
    archive = zipfile.ZipFile(BytesIO(texts[wheel]))
    in_wheel = archive.namelist()
    for name in {*names, *in_wheel}:
        assert not any(secret in name for secret in SECRET_NAMES), name
    for name in in_wheel:
        words = re.split(r"[/_.]", name.removeprefix("galflux_edu/notebook/released/"))
        assert not set(GRADERS) & set(words), name
    for name in in_wheel:
        if name.endswith(".ipynb"):
            path = name.replace("galflux_edu/notebook/released", "galflux-course/exercises")
            assert archive.read(name) == texts[path]
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
        f"exercises/{MINI}/assets/causes.json",
        f"exercises/{MINI}/assets/table.txt",
        f"exercises/{MINI}/{MINI}.ipynb",
        "galflux-0.1.0-py3-none-any.whl",
        "student-guide.md",
    ]
    _check_for_secrets(tmp_path / "a.zip", whole)
    write_bundle(whole, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Path:
    """What the students of the real course get, unpacked."""
    folder = tmp_path_factory.mktemp("real")
    write_bundle(REPOSITORY, folder / "course.zip")
    _check_for_secrets(folder / "course.zip", REPOSITORY)
    with zipfile.ZipFile(folder / "course.zip") as archive:
        archive.extractall(folder)
    return folder / "galflux-course"


@pytest.fixture(scope="module")
def student(real, tmp_path_factory) -> Callable:
    """A fresh environment with the wheel in it, and what it depends on from this one."""
    folder = tmp_path_factory.mktemp("student") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / Path(sys.executable).name
    (wheel,) = real.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    there = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    # The path alone: the .pth files in there, and with them this checkout, are not read.
    Path(there.stdout.strip(), "dependencies.pth").write_text(sysconfig.get_path("purelib"))

    def run(*command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(python), *command], cwd=real, capture_output=True, text=True, check=False
        )

    return run


def test_the_wheel_is_a_students(student, capsys):
    counted = "import galflux_edu, pathlib; print(pathlib.Path(galflux_edu.__file__).parent)"
    package = Path(student("-c", counted).stdout.strip())
    assert REPOSITORY not in package.parents
    lines = sum(path.read_text().count("\n") for path in package.rglob("*.py"))
    with capsys.disabled():
        sys.stdout.write(f"\n{lines:,} lines in the students' wheel, of {PACKAGE_LINES:,}\n")
    assert 3 * lines <= 2 * PACKAGE_LINES


def test_a_students_install_works_as_the_guide_says(student, real):
    help_page = student("-m", "galflux_edu.cli", "--help").stdout
    commands = {line.split()[0] for line in help_page.partition("Commands:\n")[2].splitlines()}
    assert {"check", "train", "live", "doctor"} <= commands
    assert not {"grade", "grades", "course", "selftest"} & commands
    done = student("-m", "galflux_edu.cli", "grade", "ps4_convolution")
    assert (done.returncode, done.stderr) == (
        2,
        "Error: galflux: needed the course's repository for `grade`, which is for those who teach; "
        "got a student's install\n",
    )
    demos = "import galflux_edu.live; from galflux_edu.live import TrainingProcess, TrainingView"
    assert student("-c", demos).returncode == 0
    demos = "from galflux_edu.live.demos import DEMOS; print(len(DEMOS))"
    assert student("-c", demos).stdout == "4\n"
    done = student("-m", "galflux_edu.cli", "doctor")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "all that galflux needs is here")


@pytest.mark.parametrize("name", course_sets(REPOSITORY))
def test_a_student_checks_an_exercise_of_the_zip(student, real, name):
    path = real / "exercises" / name / f"{name}.ipynb"
    blank = path.read_bytes()
    done = student("-m", "galflux_edu.cli", "check", str(path))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("Nothing is written yet")
    try:
        shutil.copy(REPOSITORY / "solutions" / name / path.name, path)
        done = student("-m", "galflux_edu.cli", "check", str(path))
    finally:
        path.write_bytes(blank)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_each_lecture_is_one_page_that_needs_nothing_else(real):
    lectures = [path.parent.name for path in (REPOSITORY / "course").glob("ps*/lecture.md")]
    pages = sorted((real / "lectures").iterdir())
    assert [page.name for page in pages] == sorted(f"{name}.html" for name in lectures)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded = r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)'
        without_scripts = re.sub("(?s)<script>.*?</script>", "", text)
        assert re.findall(loaded, without_scripts) == []
        assert text.count("data:image/") > 3
        assert "output: 'mathml'" in text


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
