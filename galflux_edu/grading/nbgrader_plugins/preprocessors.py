"""Write the grades into a sanitised notebook, where nbgrader picks them up."""

from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from ...notebook.submission import REPORT, truncated_source
from ..grader import UNSANDBOXED, grade_submission
from ..private import write_report
from .course import course_directory, problem_set


class IsolatedExecute(NbGraderPreprocessor):
    """Run the notebook isolated, ask the hidden checks, and write the outputs of every cell.

    Grades that `galflux grade` has already worked out are taken from its cache.
    """

    allow_unsandboxed = Bool(
        False, help="Grade even where nothing isolates the student's code, and say so loudly."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Return the graded notebook; nbconvert calls this."""
        about = resources["nbgrader"]
        problems = problem_set(course_directory(self), about["assignment"], self.allow_unsandboxed)
        graded = grade_submission(nb, about["student"], problems)
        for i, cell in enumerate(nb.cells):
            cell.source = truncated_source(cell)
            if cell.cell_type == "code":
                cell.execution_count = i + 1
                cell.outputs = [
                    nbformat.from_dict(each) for each in graded.outputs.get(cell.id, [])
                ]
        nb.metadata[REPORT] = graded.report
        banner = list(graded.report["for_a_person"])
        if graded.report["isolation"] == "none":
            banner.insert(0, UNSANDBOXED)
            self.log.error("%s: %s", about["student"], UNSANDBOXED)
        if banner:
            text = "\n\n".join(f"**{sentence}**" for sentence in banner)
            nb.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="galflux-banner"))
        write_report(problems.root, problems.name, about["student"], graded.report)
        return nb, resources


class FlagForPerson(NbGraderPreprocessor):
    """Ask for a person's eyes, in formgrader's own way, where the grader's report says so."""

    def preprocess(self, nb: Any, resources: dict) -> tuple[Any, dict]:
        """Return the notebook as it is; nbconvert calls this."""
        if nb.metadata[REPORT]["for_a_person"]:
            about = resources["nbgrader"]
            with Gradebook(about["db_url"]) as gradebook:
                for grade in gradebook.find_submission_notebook(
                    about["notebook"], about["assignment"], about["student"]
                ).grades:
                    grade.needs_manual_grade = True
                gradebook.db.commit()
        return nb, resources
