"""Attack the grader: every hostile notebook must get what it deserves, and cost nobody anything.

``grader_tests/attacks/corpus`` holds one hostile notebook a file. All of them are handed in as one
class, with two innocent students who have everything right: one is graded before them and one
among them. It happens in a copy of the course, through the same code as ``galflux grade``.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from galflux_edu.errors import InputError
from galflux_edu.grading import load_checks
from galflux_edu.grading.root import CONFIG, load

from .side_effects import SideEffectMonitor

COPIED = ("solutions", "exercises", "grader_tests", CONFIG)
CORPUS = "grader_tests.attacks.corpus"
BEFORE, AMONG = "innocent-before", "innocent"
LARGEST = 32_000_000  # bytes of a graded notebook
SECONDS = 60  # a command of nbgrader, for one student


@dataclass(frozen=True)
class Attack:
    """One attack, or one innocent student beside them, and what became of it."""

    set: str
    kind: str
    case: str
    points: float
    expected: float
    gained: bool  # a point that it does not deserve
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Return whether it got what it deserves and harmed nobody."""
        return not self.faults


def attacked_set(root: Path) -> str:
    """Return the problem set that the attacks are written for; all are graded by the same code."""
    return load(root, f"{CORPUS}._tools").SET


def attack_names(root: Path) -> list[str]:
    """Return the names of the attacks."""
    return sorted(path.stem for path in root.joinpath(*CORPUS.split(".")).glob("[!_]*.py"))


def attack(root: Path, names: tuple[str, ...] = (), *, jobs: int | None = None) -> list[Attack]:
    """Hand in the attacks, grade them, and return what became of them.

    Parameters
    ----------
    root
        The course. It is copied; nothing in it changes.
    names
        The attacks; all of them if empty.
    jobs
        How many submissions run at a time; as many as there are cores if not given.

    Raises
    ------
    IsolationError
        If nothing isolates students' code here: then no attack is run.
    """
    from galflux_edu.grading.jobs import grade_class
    from galflux_edu.grading.sandbox import probe

    probe()
    name = attacked_set(root)
    attacks = {each: load(root, f"{CORPUS}.{each}") for each in names or attack_names(root)}
    with workplace(root) as (course, temporary):
        # Attacks that never end are many: here the grader waits less for each.
        limit(course, name, cell_seconds=10.0, call_seconds=4.0)
        nbgrader(course, "generate_assignment", name)
        solved = (course / "solutions" / name / f"{name}.ipynb").read_bytes()
        released = json.loads((course / "exercises" / name / f"{name}.ipynb").read_bytes())
        hand_in(course, name, {BEFORE: solved})
        grade_class(course, name, jobs=1)
        contents = {each: module.submission(released) for each, module in attacks.items()}
        hand_in(course, name, {**contents, AMONG: solved})
        monitor = SideEffectMonitor(course, temporary)
        graded = grade_class(course, name, jobs=jobs, students=(*attacks, AMONG))
        harm = tuple(monitor.changes(b"".join(contents.values()).decode(errors="replace")))
        errors = {each.student: each.error for each in graded if each.error}
        for each in (each for each, module in attacks.items() if hasattr(module, "LEAK")):
            try:
                nbgrader(course, "generate_feedback", name, f"--student={each}")
            except InputError as error:
                errors[each] = str(error)
        assessed = [_assess(module, course, name, errors) for module in attacks.values()]
        full = {each: check.points for each, check in load_checks(root, name).QUESTIONS.items()}
        for student, faults in ((BEFORE, ()), (AMONG, harm)):
            assessed.append(compare(course, name, "beside attacks", student, full, faults))
        return assessed


@contextmanager
def workplace(root: Path) -> Iterator[tuple[Path, Path]]:
    """Give a copy of the course, and an own folder for temporary files for as long."""
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="galflux-attacks-") as scratch:
        course, temporary = Path(scratch, "course"), Path(scratch, "temporary")
        temporary.mkdir()
        for part in COPIED:
            if (root / part).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(root / part, course / part, ignore=ignored)
            else:
                shutil.copy(root / part, course)
        tempfile.tempdir = str(temporary)
        try:
            yield course, temporary
        finally:
            tempfile.tempdir = usual


def limit(course: Path, name: str, **limits: float) -> None:
    """Give the submissions of a copied course other limits; see `grading.sandbox.Limits`."""
    with (course / "grader_tests" / name / "__init__.py").open("a", encoding="utf-8") as checks:
        checks.write("\nfrom galflux_edu.grading.sandbox import Limits\n\n")
        checks.write(f"LIMITS = Limits(**{limits})\n")


def nbgrader(course: Path, *arguments: str) -> None:
    """Run a command of nbgrader that must succeed."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    try:
        subprocess.run(  # noqa: S603
            command, cwd=course, capture_output=True, text=True, check=True, timeout=SECONDS
        )
    except subprocess.SubprocessError as error:
        raise InputError(
            f"selftest: needed `nbgrader {' '.join(arguments)}` to work; got {_complaint(error)}"
        ) from error


def _complaint(error: subprocess.SubprocessError) -> str:
    """Return the last line that is no log of nbgrader's own: the traceback ends there."""
    if not isinstance(error, subprocess.CalledProcessError):
        return str(error)
    lines = [line.strip() for line in error.stderr.splitlines()]
    return next((line for line in reversed(lines) if line and line[0] != "["), str(error))


def hand_in(course: Path, name: str, contents: dict[str, bytes]) -> None:
    """Hand in a notebook for each student."""
    for student, content in contents.items():
        folder = course / "submitted" / student / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_bytes(content)


def _assess(module: ModuleType, course: Path, name: str, errors: dict[str, str]) -> Attack:
    student = module.__name__.rpartition(".")[2]
    faults = []
    leak = getattr(module, "LEAK", None)
    if leak and leak in _shown(course, name, student):
        faults.append(f"what is shown holds {leak!r}")
    if getattr(module, "FLAGGED", False) and not _is_flagged(course, name, student):
        faults.append("no person is asked to look at it")
    graded = _graded(course, name, student)
    if graded.is_file() and graded.stat().st_size > LARGEST:
        faults.append(f"its graded notebook takes {graded.stat().st_size / 1e6:.0f} MB")
    if student in errors:
        faults.append(f"the grader failed: {errors[student]}")
    return compare(course, name, "attack", student, module.EXPECTED, tuple(faults))


def compare(
    course: Path,
    name: str,
    kind: str,
    student: str,
    expected: dict[str, float],
    faults: tuple[str, ...],
) -> Attack:
    """Return what became of `student`: the grades in the gradebook beside those they deserve."""
    grades = _grades(course, name, student)
    wrong = tuple(
        f"{each}: needed {expected.get(each, 0.0):g} points; got {grades.get(each, 0.0):g}"
        for each in sorted(grades.keys() | expected)
        if abs(grades.get(each, 0.0) - expected.get(each, 0.0)) > 1e-6
    )
    return Attack(
        set=name,
        kind=kind,
        case=student,
        points=round(sum(grades.values()), 6),
        expected=round(float(sum(expected.values())), 6),
        gained=any(got > expected.get(each, 0.0) + 1e-6 for each, got in grades.items()),
        faults=faults + wrong,
    )


def _grades(course: Path, name: str, student: str) -> dict[str, float]:
    """Return the points by grade_id, with whatever was added by hand; none where none are."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        try:
            submission = book.find_submission(name, student)
        except MissingEntry:
            return {}
        return {
            grade.name: float(grade.score or 0.0) + float(grade.extra_credit or 0.0)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def _graded(course: Path, name: str, student: str) -> Path:
    return course / "autograded" / student / name / f"{name}.ipynb"


def _is_flagged(course: Path, name: str, student: str) -> bool:
    """Return whether formgrader asks a person to look at what a machine has graded."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return any(
            grade.needs_manual_grade
            for notebook in book.find_submission(name, student).notebooks
            for grade in notebook.grades
            if grade.cell.cell_type == "code"
        )


def _shown(course: Path, name: str, student: str) -> str:
    """Return what a browser gets to see: the page of feedback, and outputs that are no text."""
    graded = _graded(course, name, student)
    page = course / "feedback" / student / name / f"{name}.html"
    seen = [page.read_text(encoding="utf-8")] if page.is_file() else []
    cells = json.loads(graded.read_bytes())["cells"] if graded.is_file() else []
    for output in (output for cell in cells for output in cell.get("outputs", ())):
        rich = output.get("data", {}).items()
        seen.extend("".join(text) for mime, text in rich if mime != "text/plain")
    return "\n".join(seen)
