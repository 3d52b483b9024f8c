"""Grade one question inside the student's own kernel, as stock nbgrader does it.

It is the less safe way: the student's code and the hidden check share one process.
"""

import sys
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from .handles import ModuleHandle
from .root import course_root, load_check
from .run import points, run_check

INDENT = " " * 6  # a page of feedback cuts long lines off instead of wrapping them


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
    gained = points(behaviours)
    lines = [f"{grade_id}: {gained:g} of {check.points:g} points"]
    for behaviour in behaviours:
        mark = "\N{CHECK MARK}" if behaviour.passed else "\N{BALLOT X}"
        lines.append(f"  {mark} {behaviour.name} ({behaviour.gained:g} of {behaviour.points:g})")
        lines.extend(wrap(behaviour.message, 84, initial_indent=INDENT, subsequent_indent=INDENT))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.displayhook(gained)
