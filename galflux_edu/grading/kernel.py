"""Grade one question inside the student's own kernel, as stock nbgrader does it.

It is the less safe way: the student's code and the hidden check share one process.
"""

import sys
from collections.abc import MutableMapping
from functools import partial
from typing import Any

from .callers import NamespaceCaller
from .root import course_root, load_checks, load_question, solution_functions
from .run import earlier_functions, feedback, points, run_question


def grade(assignment: str, grade_id: str, namespace: MutableMapping[str, Any]) -> None:
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
    root = course_root()
    question = load_question(root, assignment, grade_id)
    call = NamespaceCaller(namespace, references=partial(solution_functions, root, assignment))
    earlier = earlier_functions(load_checks(root, assignment), grade_id)
    behaviours = run_question(question, call, f"in-kernel/{assignment}", earlier)
    sys.stdout.write(feedback(question, behaviours))
    sys.displayhook(points(behaviours))
