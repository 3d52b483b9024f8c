"""One text gives the same notebooks every time, and a changed one is found."""

import json
import re
import shutil

import nbformat
import pytest
from classroom import MINI, REPOSITORY

from galflux_edu.course import build, course_sets, differences, source_notebook, write
from galflux_edu.errors import InputError

SOLVED, RELEASED = (f"{side}/{MINI}/{MINI}.ipynb" for side in ("solutions", "exercises"))
TEST = """\
# %% test: {0}
{1}
"""


@pytest.mark.parametrize("name", course_sets(REPOSITORY))
def test_the_notebooks_in_the_tree_are_what_the_build_makes(name):
    files = build(REPOSITORY, name)
    assert "\n".join(differences(REPOSITORY, name, files)) == ""


def test_the_same_text_gives_the_same_bytes(mini):
    assert build(mini, MINI) == build(mini, MINI)


def test_a_built_notebook_says_nothing_of_the_machine_that_built_it(mini):
    for path in (SOLVED, RELEASED):
        text = (mini / path).read_bytes().decode()
        notebook = json.loads(text)
        assert text == json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        assert notebook["metadata"] == {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "galflux_conditions": {"masked": [], "forbidden": [], "cell_seconds": 30.0},
        }
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            assert cell["id"] == grade_id or re.fullmatch("[0-9a-f]{12}", cell["id"])
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None
        nbformat.validate(nbformat.from_dict(notebook))


def test_only_the_solution_holds_solutions_and_the_hidden_line(mini):
    solved, released = ((mini / path).read_text() for path in (SOLVED, RELEASED))
    hidden = f'from galflux_edu.grading import grade; grade(\\"{MINI}\\", \\"double\\", globals())'
    for secret in (hidden, "the secret of doubling", "Because twice"):
        assert secret in solved
        assert secret not in released
    assert "# YOUR CODE HERE" in released


def test_one_changed_character_is_shown(copied):
    path = copied / RELEASED
    path.write_text(path.read_text().replace("in one minute", "in two minute"))
    diff = list(differences(copied, MINI, build(copied, MINI)))
    assert '-    "# Doubling, a course in two minute"' in diff
    assert '+    "# Doubling, a course in one minute"' in diff
    assert diff[0] == f"--- {RELEASED} (in the tree)"


def test_files_missing_changed_and_left_over_are_shown_and_mended(copied):
    assets = [copied / side / MINI / "assets" for side in ("solutions", "exercises")]
    (assets[0] / "table.txt").unlink()
    (assets[1] / "old.bin").write_bytes(b"\xff\xfe")
    files = build(copied, MINI)
    diff = list(differences(copied, MINI, files))
    assert diff[0] == f"exercises/{MINI}/assets/old.bin: 2 bytes here, 0 bytes built"
    assert "+1 2" in diff
    assert write(copied, MINI, files) == [
        f"exercises/{MINI}/assets/old.bin",
        f"solutions/{MINI}/assets/table.txt",
    ]
    assert list(differences(copied, MINI, files)) == []


def test_an_unknown_set_is_said_to_be_unknown(mini):
    message = f"^course build: needed one of {MINI}; got 'ps9_nothing'$"
    with pytest.raises(InputError, match=message):
        build(mini, "ps9_nothing")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TEST.format("a", "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS"),
            "ps: needed only visible tests in the graded cell 'a', the build adds the hidden "
            "line; got a HIDDEN TESTS region",
        ),
        (
            TEST.format("a", "f(1);  # quiet"),
            "ps: needed a graded cell 'a' that does not end in a semicolon; got one",
        ),
        (
            TEST.format("a", "1") + TEST.format("a", "2"),
            "ps: needed every grade_id once; got 'a' twice",
        ),
    ],
)
def test_what_breaks_grading_is_refused(text, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        source_notebook(text, "ps", lambda question: 1.0)


def test_an_exercise_that_nbgrader_refuses_is_refused(copied):
    exercise = copied / "course" / MINI / "exercise.py"
    exercise.write_text(exercise.read_text().replace("    ### END SOLUTION", "", 1))
    message = f"^course build: needed an exercise of {MINI} that nbgrader takes; see its log above$"
    with pytest.raises(InputError, match=message):
        build(copied, MINI)


def test_what_jupyter_leaves_behind_is_no_difference(copied):
    left = copied / "exercises" / MINI / ".ipynb_checkpoints"
    left.mkdir()
    shutil.copy(copied / RELEASED, left)
    assert list(differences(copied, MINI, build(copied, MINI))) == []
