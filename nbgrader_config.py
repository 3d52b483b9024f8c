"""How nbgrader works in this course; it is read by every nbgrader command run from this folder.

The instructor guide (course/instructor-guide.md) walks through it.
"""

import os
import sys
from math import ceil
from pathlib import Path

from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    LimitOutput,
    SaveAutoGrades,
)

try:
    from galflux_edu.grading.nbgrader_plugins import (
        FlagForPerson,
        IsolatedExecute,
        RebuildCells,
        TolerantExporter,
    )
except ImportError as error:  # nbgrader would go on without this file, and without the sandbox
    raise SystemExit(f"nbgrader_config.py: pip install -e '.[instructor]' ({error})") from error

# nbgrader calls alembic by its bare name, which fails where the virtual environment is not active.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

SECONDS_A_DAY = 24 * 60 * 60


class TenPercentADay(LateSubmissionPlugin):
    """Take 10 % of what was scored for each day begun, all of it after ten days."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        """Return the points to take off; nbgrader calls this for late submissions only."""
        days = ceil(total_seconds_late / SECONDS_A_DAY)
        return round(score * min(days, 10) / 10, 2)


c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "galflux"
c.CourseDirectory.source_directory = "solutions"  # built: galflux course build
c.CourseDirectory.release_directory = "exercises"  # built too, and committed

# The exercises are always there already; generating them again fills the gradebook.
c.GenerateAssignment.force = True

# The trusted grader: submissions run in a sandbox, hidden checks outside of it. Without these
# lines, stock nbgrader runs both in one process: the grades are the same for honest work, but a
# hostile submission can do what it likes, to its grades and to this computer.
c.Autograde.exporter_class = TolerantExporter
c.Autograde.sanitize_preprocessors = [RebuildCells, CheckCellMetadata]
c.Autograde.autograde_preprocessors = [
    IsolatedExecute,
    LimitOutput,
    SaveAutoGrades,
    FlagForPerson,
    AssignLatePenalties,
    CheckCellMetadata,
]

# Without a sandbox (no Linux, no user namespaces) nothing is graded, unless you set this to True.
# Then a student's code runs with your rights, and every notebook says so.
c.IsolatedExecute.allow_unsandboxed = False

c.AssignLatePenalties.plugin_class = TenPercentADay
