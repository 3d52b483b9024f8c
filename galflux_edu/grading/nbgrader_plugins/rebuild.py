"""Lay a submission on the released notebook, and forget what it scored before."""

from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from ...errors import InputError
from ...notebook import merge_with_release, read_release
from .course import course_directory, forget, problem_set


class RebuildCells(NbGraderPreprocessor):
    """Make every cell of the release whole again; only what students may write is theirs."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Return the rebuilt notebook; nbconvert calls this."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            forget(gradebook, about["assignment"], about["student"])
            notebook = gradebook.find_notebook(about["notebook"], about["assignment"])
            recorded = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
        course = course_directory(self)
        folder = problem_set(course, about["assignment"], allow_unsandboxed=False).release
        release = read_release(folder, about["notebook"])
        released = {
            cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
            for cell in release.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }
        if released != recorded:
            raise InputError(
                f"grade: needed the same points in {folder} and in the gradebook, run nbgrader "
                f"generate_assignment; got {dict(released.items() ^ recorded.items())}"
            )
        return merge_with_release(nb, release), resources
