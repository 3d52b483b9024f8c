"""Write the page of answers that look alike: a hint for a person who reads both, no verdict."""

from collections.abc import Iterator
from pathlib import Path

from ...reports import Listing, Section, Table, html_report
from ..nbgrader_plugins.course import Course
from ..private import grader_store
from .similarity import SimilarityResult, answers, compare_answers, handed_out

MOST_PAIRS = 50  # on the page

NO_VERDICT = (
    "This is a hint, not a verdict. It compares the shape of code and knows nothing of how it came "
    "about: two who worked apart and had the same idea look the same as two who did not. Read "
    "both answers, think of what was allowed, and ask before you conclude anything."
)
NATURAL = (
    "Short functions with one natural answer look alike in every class. So the text that the set "
    "hands out does not count, nor does a piece of code that {common} or more students wrote. "
    "{common_only} Look twice at pairs that are alike in little code."
)


def write_similarity(
    root: Path,
    name: str,
    *,
    command: str,
    students: tuple[str, ...] = (),
    threshold: float | int = 0.6,
    out: Path | None = None,
) -> tuple[Path, str]:
    """Write the page of answers that look alike; return where it is, and what it says in short.

    Parameters
    ----------
    root
        The course.
    name
        The problem set.
    command
        What to type for the same page.
    students
        Whose; everybody's if empty.
    threshold
        The share of an answer from which on a pair is shown.
    out
        Where to write, instead of ``.grader/reports/<name>/similar.html``.

    Raises
    ------
    InputError
        If the gradebook does not know the set, or nothing was handed in.
    """
    course = Course(root, name)
    code = answers(course, students)
    alike = compare_answers(code, handed_out(course), threshold)
    summary = (
        f"{len(alike.pairs)} of {alike.compared} pairs look alike in {threshold:.0%} or more of "
        "an answer. A hint, not a verdict."
    )
    path = out or grader_store(root, "reports", name) / "similar.html"
    sections = [_how_to_read(alike), *_pairs(alike, code)]
    html_report(
        path, f"Answers that look alike: {name}", sections, command=command, summary=summary
    )
    return path, "\n".join([summary, *_common_only(alike), *_too_short(alike)])


def _common_only(alike: SimilarityResult) -> Iterator[str]:
    if alike.n_common_only:
        yield (
            f"{alike.n_common_only} more pairs are that alike only in what {alike.common} or more "
            "students wrote: that much is to be expected here."
        )


def _too_short(alike: SimilarityResult) -> Iterator[str]:
    if alike.too_short:
        yield f"Too little of their own to be compared: {', '.join(alike.too_short)}."


def _how_to_read(alike: SimilarityResult) -> Section:
    common_only = " ".join(_common_only(alike)) or (
        "No pair looks alike only in what many wrote: the answers of this class differ."
    )
    paragraphs = [
        NO_VERDICT,
        NATURAL.format(common=alike.common, common_only=common_only),
        *_too_short(alike),
    ]
    rows = [
        [
            " and ".join(pair.students),
            *(f"{share:.0%}" for share in (*pair.shares, pair.everything)),
            str(pair.characters),
        ]
        for pair in alike.pairs
    ]
    header = ["pair", "of the first", "of the second", "with the common", "characters"]
    table = Table(
        header,
        rows,
        "Shares of each answer's uncommon code that the other has too; the larger share if the "
        "common code counts; and how much code that is, names being one letter each.",
        bars=header[1:4],
    )
    return Section("How to read this page", paragraphs, table if rows else None)


def _pairs(alike: SimilarityResult, code: dict[str, str]) -> Iterator[Section]:
    for pair in alike.pairs[:MOST_PAIRS]:
        listings = [
            Listing(f"{who}, {share:.0%}", code[who].split("\n"), lines)
            for who, share, lines in zip(pair.students, pair.shares, pair.lines, strict=True)
        ]
        yield Section(" and ".join(pair.students), listings=listings)
    if len(alike.pairs) > MOST_PAIRS:
        yield Section(
            "And more",
            [f"The other {len(alike.pairs) - MOST_PAIRS} pairs are in the table only."],
        )
