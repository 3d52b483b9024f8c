"""What `galflux check` says of a notebook is what the grader finds."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from classroom import MINI, copy_mini, isolates
from odd import ODD

from galflux_edu.course import build, write
from galflux_edu.grading.grader import grade_submission
from galflux_edu.grading.job import ProblemSet
from galflux_edu.notebook import check_notebook, read_merged

RULES = """
from galflux_edu.grading.sandbox import Limits

MASKED = ("galflux_edu.trees",)
LIMITS = Limits(cell_seconds=3.0, call_seconds=1.0)
"""
PRICED = [
    ('@question("double")', '@question("double", unchanged=1)'),
    ('"arrays", 4', '"arrays", 3'),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """The tiny course, which hides a module, wants arguments left alone and loses no time."""
    root = tmp_path_factory.mktemp("course")
    copy_mini(root)
    folder = root / "grader_tests" / MINI
    (folder / "__init__.py").write_text(RULES)
    checks = (folder / "checks.py").read_text().replace(*PRICED[0]).replace(*PRICED[1])
    (folder / "checks.py").write_text(checks)
    write(root, MINI, build(root, MINI))
    return root


@pytest.fixture
def handed_in(course, tmp_path, request) -> Path:
    """The edited notebook, and files of one's own beside it."""
    notebook = nbformat.read(course / "solutions" / MINI / f"{MINI}.ipynb", as_version=4)
    edit, _ = ODD[request.param]
    edit(notebook.cells)
    folder = course / "students" / tmp_path.name
    folder.mkdir(parents=True)
    (folder / "helper.py").write_text("def half(x):\n    return x / 2\n")
    (folder / "two.txt").write_text("2")
    (folder / f"{MINI}.ipynb").write_text(json.dumps(notebook))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("handed_in", ODD, indirect=True)
def test_check_and_the_grader_agree(course, handed_in, request):
    expected = ODD[request.node.callspec.params["handed_in"]][1]
    checked = check_notebook(handed_in / f"{MINI}.ipynb")
    assert {each.cell: each.passed for each in checked.tests} == expected
    if isolates():
        release = course / "exercises" / MINI
        notebook = read_merged(handed_in, release, MINI)
        report = grade_submission(notebook, "ada", ProblemSet(course, release, MINI)).report
        full = {"double": 6.0, "halve": 2.0}
        assert {name: got == full[name] for name, got in report["questions"].items()} == expected
