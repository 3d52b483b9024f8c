"""The autograder, open: a wrong answer is graded in front of the class, in the real sandbox."""

import ast
import secrets
import threading
from pathlib import Path

import streamlit as st

from ...errors import InputError
from ...grading import course_root, load_checks, run_question
from ...grading.root import load_set
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
        questions, source = cases[chosen]
        answer = st.text_area("The answer", source, height=280, key=f"answer {chosen}")
        if st.button("Grade it", type="primary", shortcut="Ctrl+Enter", key="grade"):
            with st.spinner("grading in the sandbox …"):
                told = grade(root, questions, answer)
            for text in told:
                st.code(text, language=None, wrap_lines=True)


def _words(case: str) -> str:
    return case.replace("_", " ")


@st.cache_data(show_spinner=False)
def _cases(root: Path) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return the questions that each wrong answer of the corpus fails, and its code."""
    paths = sorted((root / "grader_tests" / "corpus" / SET / "wrong").glob("*_*.py"))
    paths.sort(key=lambda path: path.stem not in FAVOURITES)
    found = {path.stem: answer_of(path.read_text(encoding="utf-8")) for path in paths}
    return {name: case for name, case in found.items() if len(case[0]) == 1}


def answer_of(text: str) -> tuple[tuple[str, ...], str]:
    """Return the questions that a file of the corpus fails, and its code alone."""
    tree = ast.parse(text)
    lines = text.splitlines()
    questions: tuple[str, ...] = ()
    kept = [f'"""{ast.get_docstring(tree)}"""'] if ast.get_docstring(tree) else []
    for node in tree.body[1:]:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id == "EXPECTED":
                questions = tuple(ast.literal_eval(node.value))
            continue
        if not (isinstance(node, ast.ImportFrom) and node.level):
            kept.append("\n".join(lines[node.lineno - 1 : node.end_lineno]))
    return questions, "\n\n".join(kept)


def grade(root: Path, questions: tuple[str, ...], answer: str) -> list[str]:
    """Return what a student reads for an answer to `questions`, run in the sandbox.

    Parameters
    ----------
    root
        The course.
    questions
        Which questions it answers; all others are answered by the reference.
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
        isolation = probe()
        checks = load_checks(root, SET)
        reference = root / "grader_tests" / "corpus" / SET / "reference.py"
        help_along = (
            "import types\n"
            "reference = types.SimpleNamespace(**{k: v for k, v in globals().items() "
            "if k[:1] != '_'})"
        )
        sources = (reference.read_text(encoding="utf-8"), help_along, answer)
        cells = [Cell(text, f"cell-{i}", graded=False) for i, text in enumerate(sources)]
        about = load_set(root, SET)
        limits, masked = getattr(about, "LIMITS", None), getattr(about, "MASKED", ())
        with Session(isolation, limits, masked) as session:
            states = [session.load(cell) for cell in cells]
            told = [f"The answer: {states[-1].message}"] if states[-1].message else []
            seed = secrets.token_hex(8)
            for name in questions:
                check = checks.QUESTIONS[name]
                told.append(feedback(check, run_question(check, session, seed)))
        return told
    except IsolationError as error:
        raise InputError(str(error)) from error
    finally:
        _one_at_a_time.release()
