"""The autograder, open: a wrong answer is graded in front of the class, in the real sandbox."""

import secrets
import threading
from pathlib import Path

import streamlit as st

from ...course.mistakes import mistakes_of
from ...errors import InputError
from ...grading import course_root, load_checks, run_question
from ...grading.root import load, load_set, solution_cells
from ...grading.run import feedback
from ...grading.sandbox import Cell, IsolationError, Session, probe
from .. import page

PAGE = {"title": "The autograder, open", "icon": ":material/fact_check:", "url_path": "autograder"}
SET = "ps4_convolution"
LONGEST = 20_000  # characters of an answer
FAVOURITES = ("conv2d_forward_kernel_flipped", "maxpool_backward_every_tie_in_full")
_one_at_a_time = threading.Lock()


def show() -> None:
    """Draw the page."""
    page.header(
        "The autograder, open",
        "A wrong answer is graded in front of the class. The answer runs in a sandbox that never "
        "sees the checks; they send it inputs and compare what comes back.",
        minutes=5,
    )
    with page.sentences():
        root = course_root()
        cases = _cases(root)
        chosen = st.selectbox("A misconception", list(cases), format_func=_words, key="case")
        question, source = cases[chosen]
        answer = st.text_area("The answer", source, height=280, key=f"answer {chosen}")
        if st.button("Grade it", type="primary", shortcut="Ctrl+Enter", key="grade"):
            with st.spinner("grading in the sandbox …"):
                feedback_texts = grade(root, question, answer)
            for text in feedback_texts:
                st.code(text, language=None, wrap_lines=True)


def _words(case: str) -> str:
    return case.replace("_", " ")


@st.cache_data(show_spinner=False)
def _cases(root: Path) -> dict[str, tuple[str, str]]:
    """Return the question that each named mistake is about, and its answer."""
    named = sorted(
        mistakes_of(load(root, f"grader_tests.{SET}.mistakes")),
        key=lambda mistake: mistake.case not in FAVOURITES,
    )
    cells = solution_cells(root, SET)
    found = {}
    for mistake in named:
        cell = next(each for each in mistake.applied(cells) if each.id == mistake.answer)
        found[mistake.case] = (mistake.question, f"# {mistake.says}\n{unmarked(cell.source)}")
    return found


def unmarked(source: str) -> str:
    """Return an answer without the marks that nbgrader knows its solution by."""
    return "\n".join(line for line in source.split("\n") if "### " not in line)


def grade(root: Path, question: str, answer: str) -> list[str]:
    """Return what a student reads for an answer to a question, run in the sandbox.

    Parameters
    ----------
    root
        The course.
    question
        Which question it answers; all others are answered by the solution.
    answer
        The code.

    Raises
    ------
    InputError
        If nothing isolates code here, the answer is too long, or another one is being graded.
    """
    if len(answer) > LONGEST:
        raise InputError(f"answer: needed at most {LONGEST} characters; got {len(answer)}")
    if not _one_at_a_time.acquire(timeout=30):
        raise InputError("sandbox: needed it for this answer; got another one in it, try again")
    try:
        isolation, checks = probe(), load_checks(root, SET)
        about = load_set(root, SET)
        limits, masked = getattr(about, "LIMITS", None), getattr(about, "MASKED", ())
        own = Cell(answer, f"{question}_code", graded=False)
        cells = [own if each.id == own.cell_id else each for each in solution_cells(root, SET)]
        with Session(isolation, limits, masked) as session:
            states = {cell.cell_id: session.load(cell) for cell in cells}
            message = states[own.cell_id].message
            texts = [f"The answer: {message}"] if message else []
            behaviours = run_question(checks.QUESTIONS[question], session, secrets.token_hex(8))
            texts.append(feedback(checks.QUESTIONS[question], behaviours))
        return texts
    except IsolationError as error:
        raise InputError(str(error)) from error
    finally:
        _one_at_a_time.release()
