"""What `galflux check` says to a student."""

import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from classroom import MINI

from galflux_edu.errors import InputError
from galflux_edu.notebook import Checked, Outcome, check_notebook

RELEASED = f"exercises/{MINI}/{MINI}.ipynb"
STUB = '"    # YOUR CODE HERE\\n",\n    "    raise NotImplementedError()"'


def _answer(root, *answers):
    """Return the path of a copy of the release with `answers` for stubs, from the top."""
    path = root / "mine" / f"{MINI}.ipynb"
    path.parent.mkdir(exist_ok=True)
    text = (root / RELEASED).read_text()
    for answer in answers:
        assert STUB in text
        text = text.replace(STUB, f'"    {answer}"', 1)
    path.write_text(text)
    return path


def _change_release(root, **conditions):
    path = root / RELEASED
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.galflux_conditions.update(conditions)
    nbformat.write(notebook, path)


def test_a_solved_notebook_passes(mini):
    checked = check_notebook(mini / f"solutions/{MINI}/{MINI}.ipynb")
    assert checked.outcomes == (
        Outcome("double", 6.0, True, "passed"),
        Outcome("halve", 2.0, True, "passed"),
        Outcome("why", 2.0, None, "for a person to read"),
    )
    assert (checked.notes, checked.passed) == ((), True)


def test_an_untouched_notebook_takes_no_time_and_one_sentence(mini):
    assert check_notebook(mini / RELEASED) == Checked((), untouched=True)


def test_what_is_not_written_says_which_function(copied):
    outcomes = check_notebook(_answer(copied, "return 2 * x")).outcomes
    assert outcomes == (
        Outcome("double", 6.0, True, "passed"),
        Outcome("halve", 2.0, False, "not written yet"),
        Outcome("why", 2.0, None, "still empty"),
    )
    outcomes = check_notebook(_answer(copied, "raise NotImplementedError", "return double(x)"))
    assert [each.state for each in outcomes.tests] == ["not written yet", "not written yet: double"]


def test_what_is_not_there_is_named(copied):
    _change_release(copied, masked=["galflux_edu.nn"], forbidden=["scipy", "galflux_edu"])
    path = _answer(copied, "from galflux_edu import nn", "import helper, scipy.signal")
    path.with_name("helper.py").touch()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [
        nbformat.v4.new_code_cell(source)
        for source in ("open('mine.txt')", "import galflux_edu.live", "import galflux_edu.testing")
    ]
    nbformat.write(notebook, path)
    path.with_name("mine.txt").touch()
    checked = check_notebook(path)
    assert checked.notes == (
        "`double_code` names `galflux_edu.nn`, which answers may not use.",
        "`halve_code` names `scipy.signal`, which answers may not use.",
        "Cell 10 names `galflux_edu.live`, which answers may not use.",
    )
    gone = "is not there when this set is graded, nor here (line"
    write = "write what you need yourself."
    beside = "lies beside the notebook, and only the notebook is handed in."
    assert [each.message for each in checked.outcomes if each.message] == [
        f"`galflux_edu.nn` {gone} 3 of double, in double(table)): {write}",
        "ModuleNotFoundError: No module named 'helper' (line 3 of halve, in halve(3.0)). `helper` "
        + beside,
        "FileNotFoundError: [Errno 2] No such file or directory: 'mine.txt' (line 1 of this cell). "
        f"mine.txt {beside}",
        f"`galflux_edu.live` {gone} 1 of this cell): {write}",
    ]


def test_what_is_put_back_is_said(copied):
    """And of what was given nothing else can be changed unnoticed."""
    path = _answer(copied, "return 2 * x", "return x / 2")
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if cell.metadata}
    cells["double"].source = "pass"
    cells["why"].cell_type = "raw"
    notebook.cells.remove(cells["halve"])
    notebook.cells.remove(cells["halve_code"])
    notebook.cells.append(cells["double_code"])
    path.write_text(json.dumps(notebook))  # nbformat would repair it
    checked = check_notebook(path)
    assert checked.notes == (
        "The answer cell `double_code` is there more than once: the last one counts.",
        "The test cell `double` was changed: the original is used, as in grading.",
        "The answer cell `halve_code` is missing (deleted, or merged with another one): it is put "
        "back as it was given to you, as in grading. Write your answer into it.",
        "The test cell `halve` is missing: it is put back, as in grading.",
        "The answer cell `why` became a raw cell: that is undone.",
    )
    assert [each.passed for each in checked.tests] == [True, False]


def test_a_failed_test_speaks_in_its_own_words(copied):
    double, halve, _ = check_notebook(_answer(copied, "return x + 1", "return undefined")).outcomes
    assert double == Outcome(
        "double", 6.0, False, "failed", "double: needed twice the input; got shape (2, 2)"
    )
    assert halve.message == (
        "NameError: name 'undefined' is not defined (line 3 of halve, in halve(3.0))."
    )


def test_a_missing_return_is_guessed(copied):
    path = _answer(copied, "2 * x", 'half(x) / 1\\n",\n"def half(x):\\n",\n"    x / 2')
    message = check_notebook(path).outcomes[1].message
    assert message == (
        "TypeError: unsupported operand type(s) for /: 'NoneType' and 'int' (line 3 of halve, in "
        "halve(3.0)). A function returned nothing: is the `return` missing?"
    )


def test_an_answer_with_a_typing_error_is_pointed_at(copied):
    answer, double, *_ = check_notebook(_answer(copied, "return (x +")).outcomes
    assert (answer.cell, answer.passed, answer.state) == ("double_code", None, "does not run")
    assert answer.message == "SyntaxError in line 3 of the cell: incomplete input"
    assert double.message == "NameError: name 'double' is not defined (line 1 of this cell)."


def test_a_broken_cell_of_ones_own_is_pointed_at(copied):
    path = _answer(copied)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_code_cell("# mine\n1 / 0"))
    nbformat.write(notebook, path)
    own = check_notebook(path).outcomes[0]
    assert (own.cell, own.passed) == ("cell 2, your own: # mine", None)
    assert own.state == "does not run"
    assert own.message == "ZeroDivisionError: division by zero (line 2 of this cell)."


def test_a_crash_and_an_endless_loop_cost_their_own_cell(copied):
    """As in grading; and what was well before is run again."""
    path = _answer(copied, "import os; os._exit(3)", "while True: pass")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 / len(table[:0])"))
    nbformat.write(notebook, path)
    _change_release(copied, cell_seconds=2.0)
    double, halve, _, own = check_notebook(path, seconds=40.0).outcomes
    message = "It ended Python (exit code 3)."
    assert double == Outcome("double", 6.0, False, "ended Python", message)
    message = "It ran for more than 2 s: is there an endless loop?"
    assert halve == Outcome("halve", 2.0, False, "too slow", message)
    assert own.message == "ZeroDivisionError: division by zero (line 1 of this cell)."


def test_all_of_it_has_an_end(copied):
    stubborn = 'while True:\\n",\n"        try:\\n",\n"            while True: pass'
    stubborn += '\\n",\n"        except BaseException: pass'
    double, halve = check_notebook(_answer(copied, "return 2 * x", stubborn), seconds=12.0).outcomes
    assert double.passed
    message = "The notebook ran for more than 12 s: is there an endless loop above?"
    assert halve == Outcome("halve", 2.0, False, "not reached", message)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("not one", "it is not JSON"),
        ('{"cells": 1}', "it holds no list of cells, as notebooks of format 4 do"),
    ],
)
def test_what_is_no_notebook_is_said(tmp_path, content, why):
    text = tmp_path / "a.ipynb"
    text.write_text(content)
    message = (
        rf"^check: needed a Jupyter notebook; got .*a\.ipynb\. This notebook could not be read "
        rf"\({why}\): a person has to look at the file\.$"
    )
    with pytest.raises(InputError, match=message):
        check_notebook(text)


def test_a_notebook_of_another_course_is_refused(copied):
    text = copied / "a.ipynb"
    text.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    message = (
        rf"^check: needed a notebook of this course \(.*{MINI}.*\); got .*a\.ipynb, which has none "
        "of its questions$"
    )
    with pytest.raises(InputError, match=message):
        check_notebook(text)


def test_a_notebook_of_another_name_is_known_by_its_questions(mini, tmp_path):
    copy = tmp_path / "course" / "ps0_mini (1).ipynb"
    shutil.copytree(mini, copy.parent)
    copy.write_bytes((mini / f"solutions/{MINI}/{MINI}.ipynb").read_bytes())
    checked = check_notebook(copy)
    assert checked.passed
    assert checked.notes == (
        "Hand it in as ps0_mini.ipynb: this file is called ps0_mini (1).ipynb.",
    )


def _galflux(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "galflux_edu.cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_exits_as_a_student_and_a_script_expect(mini, copied):
    done = _galflux("check", f"solutions/{MINI}/{MINI}.ipynb", cwd=mini)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "cell       points  result\n"
        "---------  ------  -------------------------\n"
        "double          6  passed\n"
        "halve           2  passed\n"
        "why             2  for a person to read\n"
        "all tests       8  those that pass: 8 points\n"
        "\n2 of 2 tested cells pass their visible tests\n"
        "(the hidden tests look at other numbers and other sizes)\n"
    )
    done = _galflux("check", RELEASED, cwd=mini)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "Nothing is written yet: begin with the first cell that says YOUR CODE HERE.\n"
    )
    done = _galflux("check", str(_answer(copied, "return x + 1")), cwd=copied)
    assert (done.returncode, done.stderr) == (1, "")
    assert "\ndouble: needed twice the input" in done.stdout
    assert "all tests       8  those that pass: 0 points\n" in done.stdout
    assert done.stdout.endswith("\n0 of 2 tested cells pass their visible tests\n")
    done = _galflux("check", "nowhere.ipynb", cwd=copied)
    assert done.returncode == 2
    assert done.stderr == "Error: nowhere.ipynb: No such file or directory\n"


def test_every_failing_cell_names_its_cause_and_a_cause_is_said_once(copied):
    path = _answer(copied, "return nowhere", "return double(x)")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell("1 / 0") for _ in range(2)]
    nbformat.write(notebook, path)
    cause = "NameError: name 'nowhere' is not defined (line 3 of double, in "
    assert _galflux("check", str(path), cwd=copied).stdout.split("\n\n")[1:] == [
        f"double: {cause}double(table)).",
        f"halve: {cause}halve(3.0)).",
        "cell 9, your own: 1 / 0: ZeroDivisionError: division by zero (line 1 of this cell).",
        "cell 10, your own: 1 / 0: same as in cell 9, your own: 1 / 0",
        "0 of 2 tested cells pass their visible tests\n",
    ]


def test_the_build_command_shows_the_difference(copied):
    assert _galflux("course", "build", "--check", cwd=copied).stdout == f"{MINI}: as built\n"
    (copied / RELEASED).write_bytes(_answer(copied, "return x + 1").read_bytes())
    done = _galflux("course", "build", "--check", cwd=copied)
    assert done.returncode == 1
    assert '-    "    return x + 1"' in done.stdout
    assert done.stderr == "Error: stale notebooks: galflux course build makes them anew\n"
    done = _galflux("course", "build", MINI, cwd=copied)
    assert (done.returncode, done.stdout) == (0, f"wrote {RELEASED}\n")
