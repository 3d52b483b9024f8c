"""Run the checks of a problem set against a handle and count the points."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap
from types import ModuleType

import numpy as np

from .checks import Behaviour, Check, StudentError, unusable

INDENT = " " * 6  # a page of feedback cuts long lines off instead of wrapping them


@dataclass(frozen=True)
class Report:
    """The points of one submission, and every behaviour by grade_id."""

    points: float
    max_points: float
    behaviours: dict[str, tuple[Behaviour, ...]]


def run_check(check: Check, call: Callable, seed: int | str) -> tuple[Behaviour, ...]:
    """Return the behaviours of one check; a check cut short loses the points not yet spoken of.

    Parameters
    ----------
    check
        The check.
    call
        The handle that calls the student's functions, such as a `ModuleHandle`.
    seed
        What the inputs of this question are drawn from.

    Raises
    ------
    ValueError
        If the points of the behaviours do not add up to the points of the check.
    """
    digest = hashlib.sha256(f"{seed}/{check.grade_id}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest))
    seen: list[Behaviour] = []
    sentence = ""
    try:
        seen.extend(check.behaviours(call, rng))
    except StudentError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001 - one question's crash costs that question only
        sentence = unusable(error)
    total = sum(behaviour.points for behaviour in seen)
    if sentence:
        seen.append(Behaviour("all the rest", check.points - total, False, sentence))
    elif not np.isclose(total, check.points):
        raise ValueError(
            f"check {check.grade_id}: needed behaviours worth {check.points:g} points; "
            f"got {total:g}"
        )
    return tuple(seen)


def run_checks(checks: ModuleType, call: Callable, seed: int | str) -> Report:
    """Run every check of the module `checks` and return the report.

    `seed` stands for the submission: the same seed draws the same inputs, and each question draws
    its own, from the SHA-256 of `seed` and its grade_id.
    """
    behaviours = {name: run_check(check, call, seed) for name, check in checks.CHECKS.items()}
    return Report(
        points=points(sum(behaviours.values(), ())),
        max_points=points_of(checks),
        behaviours=behaviours,
    )


def points(behaviours: tuple[Behaviour, ...]) -> float:
    """Return what the behaviours bring, free of rounding dust such as 0.30000000000000004."""
    return round(float(sum(behaviour.gained for behaviour in behaviours)), 6)


def points_of(checks: ModuleType) -> float:
    """Return the points that all checks of a module are worth."""
    return round(float(sum(check.points for check in checks.CHECKS.values())), 6)


def feedback(check: Check, behaviours: tuple[Behaviour, ...]) -> str:
    """Return what a student reads: what each behaviour brought, and the sentence if it failed."""
    lines = [f"{check.grade_id}: {points(behaviours):g} of {check.points:g} points"]
    for behaviour in behaviours:
        mark = "\N{CHECK MARK}" if behaviour.passed else "\N{BALLOT X}"
        lines.append(f"  {mark} {behaviour.name} ({behaviour.gained:g} of {behaviour.points:g})")
        lines.extend(wrap(behaviour.message, 84, initial_indent=INDENT, subsequent_indent=INDENT))
    return "\n".join(lines) + "\n"
