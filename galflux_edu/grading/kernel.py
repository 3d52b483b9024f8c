"""Grade one question inside the student's own kernel, as stock nbgrader does it.

It is the less safe way: the student's code and the hidden check share one process.
"""

import sys
from collections.abc import Mapping
from typing import Any

from .handles import ModuleHandle
from .root import course_root, load_check
from .run import feedback, points, run_check


def grade(assignment: str, grade_id: str, namespace: Mapping[str, Any]) -> None:
    """Print what each behaviour brought, and show the points as the cell's first result.

    nbgrader takes the first result of a graded cell for its partial credit if it is one number. So
    the points are shown at once, by the display hook: a visible test that fails further down in
    the cell no longer changes them.

    Parameters
    ----------
    assignment
        The problem set, ``"ps4_convolution"``.
    grade_id
        The name of the graded cell.
    namespace
        The student's names: ``globals()``.
    """
    check = load_check(course_root(), assignment, grade_id)
    behaviours = run_check(check, ModuleHandle(namespace), seed=f"in-kernel/{assignment}")
    sys.stdout.write(feedback(check, behaviours))
    sys.displayhook(points(behaviours))
