"""Run the questions of a problem set against a student's functions and count the points."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from textwrap import wrap
from types import ModuleType

import numpy as np

from .callers import FunctionCaller
from .checks import UNCHANGED, Behaviour, Question, StudentError, unusable

INDENT = " " * 6  # a page of feedback cuts long lines off instead of wrapping them
REST = "all the rest"
GIVEN = "Right, once the functions of the questions before are right."


@dataclass(frozen=True)
class Report:
    """The points of one submission, and every behaviour by grade_id."""

    points: float
    max_points: float
    behaviours: dict[str, tuple[Behaviour, ...]]


def run_question(
    question: Question, call: FunctionCaller, seed: int | str, earlier: tuple[str, ...] = ()
) -> tuple[Behaviour, ...]:
    """Return the behaviours of one question; one cut short loses the points not yet spoken of.

    A mistake costs its own question. Where a behaviour fails, the same is asked again with right
    functions in the place of the student's own `earlier` ones, and a behaviour counts if the
    answer has it in either run. So what is graded is always the code of this question, and
    nothing is ever compared with a student's own wrong values: an answer of zeros gains nothing.

    Parameters
    ----------
    question
        The question.
    call
        Calls the student's functions.
    seed
        What the inputs of this question are drawn from.
    earlier
        The functions of the questions before it.
    """
    digest = hashlib.sha256(f"{seed}/{question.grade_id}".encode()).digest()
    behaviours = _run_once(question, call, int.from_bytes(digest))
    if earlier and not all(each.passed for each in behaviours):
        with call.with_references(earlier):
            again = _run_once(question, call, int.from_bytes(digest))
        behaviours = _either(behaviours, again)
    return tuple(_beside_values(behaviours))


def _run_once(question: Question, call: FunctionCaller, seed: int) -> list[Behaviour]:
    seen: list[Behaviour] = []
    sentence = ""
    call.changed.clear()
    try:
        seen.extend(question.behaviours(call, np.random.default_rng(seed)))
    except StudentError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001 - one question's crash costs that question only
        sentence = unusable(error)
    if sentence:
        missing = question.points - sum(each.points for each in seen)
        return [*seen, Behaviour(REST, missing, False, sentence)]
    if question.unchanged:
        seen.append(_unchanged(question, call.changed))
    return seen


def _unchanged(question: Question, changed: set[str]) -> Behaviour:
    names = ", ".join(f"`{name}`" for name in question.functions if name in changed)
    message = f"{names} changed an array that it was given: work on a copy." if names else ""
    return Behaviour(UNCHANGED, float(question.unchanged), not names, message, True)


def _either(first: list[Behaviour], second: list[Behaviour]) -> list[Behaviour]:
    """Return each behaviour as it is in the run where the answer has it.

    Whether arguments stay unchanged is seen beside right functions alone: in the first run the
    answer may have stopped before it changed them, or an earlier function may have done it.
    """
    by_name = {each.name: each for each in first}
    if second[-1].name == REST and first[-1].name != REST:
        by_name, second = {each.name: each for each in second}, first
    merged = []
    for each in second:
        own = by_name.get(each.name, each)
        if each.name == UNCHANGED:
            merged.append(each)
        elif each.passed and not own.passed:
            merged.append(replace(each, message=GIVEN))
        else:
            merged.append(replace(own, points=each.points))
    return merged


def _beside_values(behaviours: list[Behaviour]) -> Iterator[Behaviour]:
    """Let what zeros have too count only beside a behaviour that they have not."""
    alone = not any(each.passed and not each.shared_with_zeros for each in behaviours)
    for each in behaviours:
        if alone and each.passed:
            message = "This counts together with another behaviour of the question."
            yield replace(each, passed=False, message=message)
        else:
            yield each


def run_questions(checks: ModuleType, call: FunctionCaller, seed: int | str) -> Report:
    """Ask every question of the module `checks` and return the report.

    `seed` stands for the submission: the same seed draws the same inputs, and each question draws
    its own, from the SHA-256 of `seed` and its grade_id.
    """
    behaviours = {
        name: run_question(question, call, seed, earlier_functions(checks, name))
        for name, question in checks.QUESTIONS.items()
    }
    return Report(
        points=points(sum(behaviours.values(), ())),
        max_points=points_of(checks),
        behaviours=behaviours,
    )


def earlier_functions(checks: ModuleType, grade_id: str) -> tuple[str, ...]:
    """Return the functions of all questions before one, in the order of the module `checks`."""
    names: list[str] = []
    for name, question in checks.QUESTIONS.items():
        if name == grade_id:
            break
        names.extend(question.functions)
    own = checks.QUESTIONS[grade_id].functions
    return tuple(name for name in names if name not in own)


def points(behaviours: tuple[Behaviour, ...]) -> float:
    """Return what the behaviours bring, free of rounding dust such as 0.30000000000000004."""
    return round(float(sum(behaviour.gained for behaviour in behaviours)), 6)


def points_of(checks: ModuleType) -> float:
    """Return the points that all questions of a module are worth."""
    return round(sum(question.points for question in checks.QUESTIONS.values()), 6)


def feedback(question: Question, behaviours: tuple[Behaviour, ...]) -> str:
    """Return what a student reads: what each behaviour brought, and the sentence if it failed."""
    lines = [f"{question.grade_id}: {points(behaviours):g} of {question.points:g} points"]
    for behaviour in behaviours:
        tick = "\N{CHECK MARK}" if behaviour.passed else "\N{BALLOT X}"
        lines.append(f"  {tick} {behaviour.name} ({behaviour.gained:g} of {behaviour.points:g})")
        lines.extend(wrap(behaviour.message, 84, initial_indent=INDENT, subsequent_indent=INDENT))
    return "\n".join(lines) + "\n"
