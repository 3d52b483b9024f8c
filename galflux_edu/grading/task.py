"""What a worker does: one submission, from its folder to its grades, without nbgrader."""

from collections.abc import Callable
from pathlib import Path
from platform import node

from ..errors import InputError
from ..notebook import read_merged
from .graded import Graded
from .grader import grade_submission
from .job import ProblemSet, environment_hash
from .sandbox import IsolationError


def grade_folder(
    problems: ProblemSet,
    notebooks: tuple[str, ...],
    about: str | None,
    submission: tuple[str, Path],
    *,
    again: bool,
) -> Graded:
    """Work out the grades of one submission, or why it has none."""
    student, folder = submission
    try:
        if about not in (None, environment_hash(problems)):
            raise InputError(
                f"grade: needed {problems.root}, galflux and its libraries to be here what they "
                f"are on the grader's machine, and workers started since; got others on {node()}"
            )
        graded = []
        for name in notebooks:
            if not (folder / f"{name}.ipynb").exists():
                raise InputError(f"needed {name}.ipynb in {folder}; it is not there")
            notebook = read_merged(folder, problems.release, name)
            graded.append(grade_submission(notebook, student, problems, again=again))
    except (IsolationError, InputError) as error:
        return Graded(student, error=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs this submission only
        return Graded(student, error=f"{type(error).__name__}: {error}")
    return Graded(student, tuple(each.report for each in graded))


def run_once(run: Callable, started: Path, submission: tuple[str, Path]) -> Graded | None:
    """Run a submission, unless that was begun before and never ended."""
    note = started / submission[0]
    try:
        note.touch(exist_ok=False)
    except FileExistsError:  # Dask gives the tasks of a dead worker to the next one
        return None
    graded = run(submission)
    note.unlink(missing_ok=True)
    return graded
