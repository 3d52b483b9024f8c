"""The grader is graded: right and wrong answers of each set, as whole notebooks.

That every solution notebook gets full points through nbgrader itself is proven in
``tests/course``; ten seeds and mutants: ``pytest -m long``.
"""

from pathlib import Path

import pytest

from galflux_edu.course import course_sets
from galflux_edu.grading.root import load

ROOT = Path(__file__).resolve().parents[1]
SETS = [
    pytest.param(name, marks=getattr(pytest.mark, name.partition("_")[0]))
    for name in course_sets(ROOT)
]
FEWEST_MUTANTS = {"ps4_convolution": 150}  # a short set has few


def _passes(result):
    assert {f"{case.kind}/{case.case}": case.faults for case in result.cases if not case.ok} == {}
    assert result.passed, result.summary()


@pytest.mark.parametrize("name", SETS)
def test_every_answer_gets_what_it_deserves(name):
    _passes(load(ROOT, "grader_tests.selftest").selftest(ROOT, [name]))


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", SETS)
def test_it_does_so_with_every_seed_and_sees_every_mutant(name):
    runner = load(ROOT, "grader_tests.selftest")
    result = runner.selftest(ROOT, [name], mutants=True, seeds=runner.MANY_SEEDS)
    _passes(result)
    assert len(result.mutants) >= FEWEST_MUTANTS.get(name, 1)
    assert result.survivors == ()
