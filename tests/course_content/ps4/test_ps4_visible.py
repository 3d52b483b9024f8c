"""What a student reads for a known mistake in problem set 4: what, expected, got, cause."""

import contextlib
import io
from pathlib import Path

import nbformat
import pytest

from galflux_edu.course.mistakes import in_another_style, mistakes_of
from galflux_edu.grading.root import load
from galflux_edu.notebook.forbidden import forbidden_names

pytestmark = pytest.mark.ps4

ROOT = Path(__file__).resolve().parents[3]
SET = "ps4_convolution"
MISTAKES = {
    mistake.case: mistake for mistake in mistakes_of(load(ROOT, f"grader_tests.{SET}.mistakes"))
}
NO_RETURN = "got nothing (is the `return` missing?)"


def _run(cells):
    runner = load(ROOT, "grader_tests.notebooks")
    return runner.run_notebook(ROOT, SET, cells, range(1))


def _cells():
    return list(load(ROOT, "grader_tests.notebooks").solution(ROOT, SET))


def _message(mistake) -> str:
    return _run(mistake.applied(_cells())).failed.get(mistake.question, "")


@pytest.mark.parametrize("case", [case for case in MISTAKES if case.endswith("no_return")])
def test_a_missing_return_is_said_to_be_missing(case):
    assert NO_RETURN in _message(MISTAKES[case])


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("maxpool_forward_always_two", "maxpool_forward of 4 x 5 pixels, size 3: needed shape"),
        ("maxpool_backward_always_two", "-> the argument `size` is not used"),
        ("conv2d_forward_kernel_axes_exchanged", "kh and kw are exchanged"),
        ("conv2d_backward_kernel_axes_exchanged", "-> kh and kw are exchanged"),
        ("output_shape_kernel_axes_exchanged", "the kernel's height belongs to the rows"),
        ("relu_forward_one_axis", "relu_forward of an array with two axes: `relu_forward` stopped"),
        ("conv2d_forward_whole_numbers", "the output is an array of whole numbers"),
        ("maxpool_forward_whole_numbers", "the output is an array of whole numbers"),
        ("conv2d_forward_list_returned", "got a list"),
        (
            "relu_forward_in_place",
            "relu_forward of (-2, 0, 3.5): an array that went in was changed",
        ),
        ("relu_backward_in_place", "an array that went in was changed"),
        ("conv2d_forward_padding_forgotten", "-> the windows are cut from the picture without"),
        ("conv2d_backward_cut_with_minus", "-> a slice like [p:-p] is empty for p = 0"),
        ("conv2d_forward_kernel_flipped", "-> the kernel was flipped"),
    ],
)
def test_a_known_mistake_gets_its_cause(case, words):
    assert words in _message(MISTAKES[case])


def test_the_message_names_the_call_that_failed_and_the_line():
    message = _message(MISTAKES["conv2d_forward_padding_forgotten"])
    assert message.startswith(
        "AssertionError: conv2d_forward with a 3 x 3 kernel of ones and padding 1: "
        "`conv2d_forward` stopped with ValueError: "
    )
    assert "(line " in message


def test_one_early_mistake_costs_one_question():
    mistake = MISTAKES["output_shape_one_missing"]
    result = _run(mistake.applied(_cells()))
    assert {question for question, lost in result.lost.items() if any(lost)} == {"output_shape"}


@pytest.mark.parametrize("style", ["solution", "in_jax", "in_float32"])
def test_the_certainty_cell_is_certain_in_any_precision(style):
    cells = _cells()
    if style != "solution":
        path = ROOT / "grader_tests" / SET / "correct" / f"{style}.py"
        cells = in_another_style(cells, path.read_text())
    names, shown = {}, io.StringIO()
    with contextlib.redirect_stdout(shown):
        for cell in cells:
            if "grade" not in cell.metadata.get("nbgrader", {}) or not cell.metadata.nbgrader.grade:
                exec(cell.source, names)  # noqa: S102
    gaps = [float(line.split()[-1]) for line in shown.getvalue().splitlines() if "gap" in line]
    assert len(gaps) == 3
    assert max(gaps) < (1e-12 if style == "solution" else 1e-4)


def test_the_same_answer_twice_or_it_is_said():
    remembers = (
        "calls = []\n\ndef relu_forward(x):\n    calls.append(1)\n"
        "    return np.maximum(x, 0) + (len(calls) > 2)\n"
    )
    cells = in_another_style(_cells(), remembers)
    assert "the second call with the same arguments" in _run(cells).failed["relu_forward"]


def test_correct_answers_of_any_kind_pass():
    sources = "def relu_forward(x):\n    return x * (x > 0)\n"
    result = _run(in_another_style(_cells(), sources))
    assert result.failed == {}
    assert not any(map(any, result.lost.values()))


def test_the_library_may_not_answer():
    rules = load(ROOT, f"grader_tests.{SET}")
    sources = (
        "from galflux_edu.gradcheck import directional_difference",
        "from galflux_edu.testing import same",
    )
    cells = [nbformat.v4.new_code_cell(each, id=f"own-{i}") for i, each in enumerate(sources)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    (sentence,) = forbidden_names(notebook, rules.FORBIDDEN)
    assert sentence.startswith("`own-0` names `galflux_edu.gradcheck.directional_difference`")
