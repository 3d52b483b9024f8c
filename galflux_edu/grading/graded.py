"""What became of a submission: its reports, or why there are none."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Parameters
    ----------
    student
        Whose it is.
    reports
        The grader's report of each notebook; empty if there is an error.
    error
        The sentence that says why there are no grades.
    """

    student: str
    reports: tuple[dict[str, Any], ...] = ()
    error: str = ""
