"""What `galflux check` tells a student."""

import subprocess
import sys

import nbformat
import pytest
from classroom import MINI

from galflux_edu.errors import InputError
from galflux_edu.notebook import Outcome, check_notebook

RELEASED = f"exercises/{MINI}/{MINI}.ipynb"
STUB = '"    # YOUR CODE HERE\\n",\n    "    raise NotImplementedError()"'


def _answer(root, *answers):
    """Write `answers` into the stubs of the released notebook, from the top; return its path."""
    path = root / RELEASED
    text = path.read_text()
    for answer in answers:
        assert STUB in text
        text = text.replace(STUB, f'"    {answer}"', 1)
    path.write_text(text)
    return path


def test_a_solved_notebook_passes(mini):
    assert check_notebook(mini / f"solutions/{MINI}/{MINI}.ipynb") == [
        Outcome("double", 6.0, True, "passed"),
        Outcome("halve", 2.0, True, "passed"),
        Outcome("why", 2.0, None, "for a person to read"),
    ]


def test_a_blank_notebook_says_that_nothing_is_written(mini):
    assert check_notebook(mini / RELEASED) == [
        Outcome("double", 6.0, False, "not written yet", "stopped at `raise` in double"),
        Outcome("halve", 2.0, False, "not written yet", "stopped at `raise` in halve"),
        Outcome("why", 2.0, None, "still empty"),
    ]


def test_a_failed_test_speaks_in_its_own_words(copied):
    double, halve, _ = check_notebook(_answer(copied, "return x + 1", "return undefined"))
    assert double == Outcome(
        "double", 6.0, False, "failed", "double: needed twice the input; got shape (2, 2)"
    )
    assert halve.message == "NameError: name 'undefined' is not defined (line 3 of halve)"


def test_an_answer_with_a_typing_error_is_pointed_at(copied):
    answer, double, *_ = check_notebook(_answer(copied, "return (x +"))
    assert (answer.cell, answer.passed, answer.state) == ("double-answer", None, "does not run")
    assert answer.message == "SyntaxError in line 3 of the cell: incomplete input"
    assert double.message == "NameError: name 'double' is not defined (line 1 of this cell)"


def test_a_broken_cell_of_ones_own_is_pointed_at(copied):
    path = copied / RELEASED
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_code_cell("1 / 0"))
    nbformat.write(notebook, path)
    own = check_notebook(path)[0]
    assert (own.cell, own.passed, own.state) == ("a cell of your own", None, "does not run")
    assert own.message == "ZeroDivisionError: division by zero (line 1 of this cell)"


@pytest.mark.parametrize(
    ("answer", "seconds", "message"),
    [
        ("import os; os._exit(3)", 120.0, "Python ended in a cell above (exit code 3)."),
        (
            "while True: pass",
            12.0,
            "The notebook ran for more than 12 s: is there an endless loop above?",
        ),
    ],
)
def test_what_a_crash_leaves_is_said(copied, answer, seconds, message):
    path = _answer(copied, "return 2 * x", answer)
    double, halve = check_notebook(path, seconds=seconds)
    assert double.passed
    assert halve == Outcome("halve", 2.0, False, "not reached", message)


def test_what_is_no_notebook_is_said(tmp_path):
    text = tmp_path / "a.ipynb"
    text.write_text("not one")
    with pytest.raises(InputError, match=r"^check: needed a Jupyter notebook; got .*a\.ipynb$"):
        check_notebook(text)
    text.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    message = r"^check: needed a notebook with graded test cells; got .*a\.ipynb$"
    with pytest.raises(InputError, match=message):
        check_notebook(text)


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
    assert done.stdout.endswith("\n2 of 2 tested cells pass their visible tests\n")
    done = _galflux("check", str(_answer(copied, "return x + 1")), cwd=copied)
    assert (done.returncode, done.stderr) == (1, "")
    assert "double: needed twice the input" in done.stdout
    assert done.stdout.endswith("\n0 of 2 tested cells pass their visible tests\n")
    done = _galflux("check", "nowhere.ipynb", cwd=copied)
    assert done.returncode == 2
    assert done.stderr == "Error: nowhere.ipynb: No such file or directory\n"


def test_the_build_command_shows_the_difference(copied):
    assert _galflux("course", "build", "--check", cwd=copied).stdout == f"{MINI}: as built\n"
    _answer(copied, "return x + 1")
    done = _galflux("course", "build", "--check", cwd=copied)
    assert done.returncode == 1
    assert '-    "    return x + 1"' in done.stdout
    assert done.stderr == "Error: stale notebooks: galflux course build makes them anew\n"
    done = _galflux("course", "build", MINI, cwd=copied)
    assert (done.returncode, done.stdout) == (0, f"wrote {RELEASED}\n")
