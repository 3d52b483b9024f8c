"""The course as nbgrader knows it: its folders, its gradebook, and the one who writes it."""

import glob
import json
import logging
import re
import shutil
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Configurable

from ...errors import InputError
from ...notebook.submission import REPORT
from ..gradebook import configuration, ignore_sqlalchemy_warnings
from ..graded import Graded
from ..grader import ProblemSet
from ..private import FOLDER, grader_store

LOG = "grade.log"


def course_directory(plugin: Configurable) -> CourseDirectory:
    """Return where the course of a running nbgrader plugin lies."""
    while not hasattr(plugin, "coursedir"):
        plugin = plugin.parent
    return plugin.coursedir


def problem_set(course: CourseDirectory, name: str, allow_unsandboxed: bool) -> ProblemSet:
    """Return the problem set `name` of a course."""
    return ProblemSet(
        root=Path(course.root),
        release=Path(course.format_path(course.release_directory, ".", name)),
        name=name,
        allow_unsandboxed=allow_unsandboxed,
    )


def forget(gradebook: Gradebook, assignment: str, student: str) -> None:
    """Take back what the machine gave for an earlier submission, until there is a new grade.

    So a grading that fails leaves no old score behind. What a person gave stays.
    """
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        notebook.late_submission_penalty = None
        for grade in notebook.grades:
            grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()


class Course:
    """One problem set of a course, with the configuration that nbgrader itself reads.

    Parameters
    ----------
    root
        The folder of nbgrader_config.py.
    name
        The problem set.

    Raises
    ------
    InputError
        If the gradebook does not know the problem set.
    """

    def __init__(self, root: Path, name: str):
        self.name = name
        self.config = configuration(root)
        self.config.CourseDirectory.assignment_id = name
        self.config.Autograde.force = True
        self.directory = CourseDirectory(config=self.config)
        allowed = bool(self.config.IsolatedExecute.get("allow_unsandboxed", False))
        self.problems = problem_set(self.directory, name, allowed)
        try:
            with self._gradebook() as gradebook:
                notebooks = gradebook.find_assignment(name).notebooks
                self.notebooks = tuple(notebook.name for notebook in notebooks)
        except MissingEntry as error:
            raise InputError(
                f"grade: needed a problem set that the gradebook knows, run nbgrader "
                f"generate_assignment {name} first; got {name!r}"
            ) from error

    @cached_property
    def log(self) -> logging.Logger:
        """Return what nbgrader writes its messages to."""
        return _log(grader_store(self.problems.root) / LOG)

    def submissions(self, students: tuple[str, ...]) -> dict[str, Path]:
        """Return the folder of each submission by student; of `students` only, if there are any."""
        course = self.directory
        place = re.compile(
            course.format_path(
                course.submitted_directory, "(?P<student>.*)", re.escape(self.name), escape=True
            )
        )
        pattern = course.format_path(course.submitted_directory, "*", self.name)
        found = {}
        for folder in Path(course.root).glob(str(Path(pattern).relative_to(course.root))):
            if match := place.fullmatch(str(folder)):
                found[match["student"]] = folder
        missing = sorted(set(students) - set(found))
        if missing or not found:
            raise InputError(
                f"grade: needed {course.submitted_directory}/{missing[0] if missing else '*'}/"
                f"{self.name} in {course.root}; it is not there"
            )
        return {each: found[each] for each in sorted(students or found)}

    def write(self, graded: Graded, *, again: bool = False) -> Graded:
        """Let nbgrader write the grades of one student, which it finds in the cache.

        Returns what was given, with an error if they could not be written.
        """
        if graded.error:
            self._take_back(graded.student)
            return graded
        if not again and self._is_written(graded):
            return graded
        with self._gradebook() as gradebook:
            forget(gradebook, self.name, graded.student)
        course = CourseDirectory(config=self.config)
        course.student_id = glob.escape(graded.student)
        try:
            with ignore_sqlalchemy_warnings():
                Autograde(course, config=self.config, log=self.log).start()
        except NbGraderException:
            self._take_back(graded.student)
            error = f"nbgrader could not write the grades; {FOLDER}/{LOG} says why"
            return replace(graded, reports=(), error=error)
        return graded

    def _take_back(self, student: str) -> None:
        """Leave no grade and no graded notebook of an earlier submission."""
        with self._gradebook() as gradebook:
            forget(gradebook, self.name, student)
        shutil.rmtree(
            self._folder(self.directory.autograded_directory, student), ignore_errors=True
        )

    def _is_written(self, graded: Graded) -> bool:
        """Return whether the graded notebooks and the gradebook both say what the reports say."""
        submitted = self._folder(self.directory.submitted_directory, graded.student)
        autograded = self._folder(self.directory.autograded_directory, graded.student)
        if _text(submitted / "timestamp.txt") != _text(autograded / "timestamp.txt"):
            return False
        with self._gradebook() as gradebook:
            try:
                submission = gradebook.find_submission(self.name, graded.student)
            except MissingEntry:
                return False
            scores = {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
        questions = {k: v for report in graded.reports for k, v in report["questions"].items()}
        return all(scores.get(each) == points for each, points in questions.items()) and [
            _key(autograded / f"{name}.ipynb") for name in self.notebooks
        ] == [report["key"] for report in graded.reports]

    def _folder(self, step: str, student: str) -> Path:
        return Path(self.directory.format_path(step, student, self.name))

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.directory.db_url, self.directory.course_id)


def _key(path: Path) -> str:
    """Return the key of the grades in a graded notebook; none if it is not whole."""
    try:
        return json.loads(_text(path))["metadata"][REPORT]["key"]
    except (ValueError, KeyError):
        return ""


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _log(path: Path) -> logging.Logger:
    """Return a log that goes to a file: the screen belongs to the progress bar."""
    log = logging.getLogger("galflux.grade")
    log.propagate = False
    log.setLevel(logging.INFO)
    for handler in [*log.handlers]:
        log.removeHandler(handler)
        handler.close()
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    return log
