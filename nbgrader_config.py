"""How nbgrader works in this course; it is read by every nbgrader command run from this folder.

The instructor guide (course/instructor-guide.md) walks through it.
"""

import os
import sys
from math import ceil
from pathlib import Path

from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

# nbgrader calls alembic by its bare name, which fails where the virtual environment is not active.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

SECONDS_A_DAY = 24 * 60 * 60


class TenPercentADay(LateSubmissionPlugin):
    """Take 10 % of what was scored for each day begun, all of it after ten days."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        """Return the points to take off; nbgrader calls this for late submissions only."""
        days = ceil(total_seconds_late / SECONDS_A_DAY)
        return round(score * min(days, 10) / 10, 2)


class RunEveryTest(NbGraderPreprocessor):
    """Take all tags off graded cells: a test that is skipped would get full marks."""

    def preprocess_cell(self, cell, resources, index):
        """Return the cell without tags if it is a graded one; nbconvert calls this."""
        if is_grade(cell):
            cell.metadata.pop("tags", None)
        return cell, resources


c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "galflux"
c.CourseDirectory.source_directory = "solutions"  # built: galflux course build
c.CourseDirectory.release_directory = "exercises"  # built too, and committed

# The exercises are always there already; generating them again fills the gradebook.
c.GenerateAssignment.force = True

# A cell may take this long. Hidden checks stop a slow function long before.
c.Execute.timeout = 120

# Long locked cells are for the student's screen.
c.Execute.skip_cells_with_tag = "demo"
c.Autograde.sanitize_preprocessors.append(RunEveryTest)

c.AssignLatePenalties.plugin_class = TenPercentADay
