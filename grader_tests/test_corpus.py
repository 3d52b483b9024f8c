"""The grader is graded: each set's corpus of right and wrong answers, in ten repetitions.

The reference is graded with the rest; that every solution notebook scores full marks through
nbgrader itself is proven in ``tests/course``.
"""

from pathlib import Path

import pytest

from galflux_edu.course import course_sets
from grader_tests import selftest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", course_sets(ROOT))
def test_every_answer_gets_what_it_deserves(name):
    result = selftest(ROOT, [name])
    assert {f"{case.kind}/{case.case}": case.faults for case in result.cases if not case.ok} == {}
    assert result.passed, result.summary()
