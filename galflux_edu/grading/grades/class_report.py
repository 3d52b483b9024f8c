"""Write a page on how a class did: grades, questions, behaviours, what a person must look at."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from ...errors import InputError
from ...plots import grades_histogram, in_both_themes, new_figure, seconds_histogram
from ...reports import Picture, Section, Table, html_report
from ..gradebook import open_gradebook
from ..private import grader_store
from .book import MISSING, UNGRADED, WAITING, Book, Grade, read_book
from .regrade_preview import Reports, read_report

MOST_MESSAGES = 15
ABOUT_A_CELL = re.compile("(`[^`]*`)(: The cell)?")  # how a flag begins that is about one cell


def write_class_report(
    root: Path, name: str, *, command: str, out: Path | None = None
) -> tuple[Path, str]:
    """Write the page of the problem set `name`; return where it is, and what it says in a line.

    Parameters
    ----------
    root
        The course.
    name
        The problem set.
    command
        What to type for the same page.
    out
        Where to write, instead of ``.grader/reports/<name>/class.html``.

    Raises
    ------
    InputError
        If the gradebook does not know the set, or nobody's submission is graded.
    """
    with open_gradebook(root) as gradebook:
        book = read_book(gradebook, [name])
    grades = {who: grade for (who, _), grade in book.grades.items()}
    reports = {who: read_report(root, name, who) for who in grades}
    reports = {who: report for who, report in reports.items() if report}
    scores = [grade.score for grade in grades.values() if grade.score is not None]
    if not scores:
        raise InputError(f"grades: needed a graded submission of {name}; got none")
    summary = _summary(name, book, scores, grades.values())
    look = list(_for_a_person(grades, reports))
    sections = [
        _what_to_look_at(look),
        _grades_section(scores, book.sets[name], reports),
        _questions_section(grades.values(), reports.values()),
        *_behaviour_sections(reports.values()),
        _students_section(grades, reports),
    ]
    path = out or grader_store(root, "reports", name) / "class.html"
    title = f"How the class did: {name}"
    metadata = dict(_metadata(reports.values()))
    html_report(path, title, sections, command=command, summary=summary, metadata=metadata)
    return path, summary


def _summary(name: str, book: Book, scores: Sequence[float], grades: Iterable[Grade]) -> str:
    states = Counter(grade.state for grade in grades)
    parts = [
        f"{len(scores)} of {len(book.people)} students have a grade",
        f"the median is {median(scores):.4g} of {book.sets[name]:g} points, the mean "
        f"{mean(scores):.4g}",
    ]
    if states[WAITING]:
        parts.append(f"{states[WAITING]} wait for a person")
    if states[UNGRADED]:
        parts.append(f"{states[UNGRADED]} could not be graded")
    if states[MISSING]:
        parts.append(f"{states[MISSING]} handed nothing in")
    return "; ".join(parts) + "."


def _for_a_person(
    grades: dict[str, Grade], reports: dict[str, Reports]
) -> Iterator[tuple[str, str, str]]:
    """Yield what a person must see to, most urgent first: whose, what kind, and the sentence."""
    for who, grade in grades.items():
        if grade.state == UNGRADED:
            yield who, "not graded", "the machine gave no grades: galflux grade says why"
    for who, report in reports.items():
        for sentence in report["for_a_person"]:
            yield who, "to decide", sentence
    for who, report in reports.items():
        for sentence in report["flags"]:
            yield who, "flag", sentence
    for who, grade in grades.items():
        if grade.state == WAITING:
            waiting = [name for name, points in grade.questions.items() if points is None]
            yield who, "to grade", ", ".join(waiting) or "points given by hand, to be confirmed"


def _what_to_look_at(look: Sequence[tuple[str, str, str]]) -> Section:
    heading = "What a person has to look at"
    if not look:
        return Section(heading, ["Nothing: no flags, nothing unread, nothing ungraded."])
    # A sentence about a cell is said once, however many cells it is true of.
    who: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for student, kind, sentence in look:
        cell = ABOUT_A_CELL.match(sentence) if kind == "flag" else None
        general = f"a cell{sentence[cell.end() :]}" if cell else sentence
        who[kind, general][student] += [cell[1]] if cell else []
    return Section(
        heading,
        [
            "Answers to grade are in formgrader, under Manual Grading. What the grader flagged has "
            "its grades already; they stand until you decide otherwise."
        ],
        Table(
            ["what", "whose"],
            [
                [": ".join(what), ", ".join(_with_cells(*each) for each in students.items())]
                for what, students in who.items()
            ],
        ),
    )


def _with_cells(student: str, cells: list[str]) -> str:
    if len(cells) > 1:
        return f"{student} ({len(cells)} cells)"
    return f"{student} ({cells[0]})" if cells else student


def _grades_section(scores: Sequence[float], most: float, reports: dict[str, Reports]) -> Section:
    seconds = [report["seconds"] for report in reports.values()]
    restarts = {who: report["restarts"] for who, report in reports.items() if report["restarts"]}
    pictures = [
        _picture(
            lambda: _drawn(grades_histogram, scores, most),
            f"Histogram of {len(scores)} grades out of {most:g} points",
            "Points after late penalties.",
        )
    ]
    paragraphs = []
    if seconds:
        pictures.append(
            _picture(
                lambda: _drawn(seconds_histogram, seconds),
                f"Histogram of the time of {len(seconds)} submissions",
                "What the machine took for each submission, both passes together.",
            )
        )
        paragraphs.append(
            f"A submission took {median(seconds):.3g} s (median), the slowest {max(seconds):.3g} s."
        )
    if restarts:
        who = ", ".join(f"{name} ({count})" for name, count in restarts.items())
        paragraphs.append(
            f"The sandbox had to be started again after a crash or a time-out for: {who}."
        )
    return Section("Grades and times", paragraphs, pictures=pictures)


def _questions_section(grades: Iterable[Grade], reports: Iterable[Reports]) -> Section:
    given: dict[str, list[float]] = defaultdict(list)
    waiting: Counter[str] = Counter()
    for grade in grades:
        for name, points in grade.questions.items():
            if points is None:
                waiting[name] += 1
            else:
                given[name].append(points)
    worth = {
        name: sum(each[2] for each in behaviours)
        for report in reports
        for name, behaviours in report.get("behaviours", {}).items()
    }
    rows = [
        [
            name,
            f"{worth[name]:g}" if name in worth else "by hand",
            f"{mean(points):.3g}" if points else "-",
            _percent(sum(each >= worth[name] for each in points), len(points))
            if name in worth
            else "-",
            _percent(sum(each == 0 for each in points), len(points)),
            str(waiting[name] or "-"),
        ]
        for name in {**given, **waiting}
        for points in [given[name]]
    ]
    return Section(
        "Points for each question",
        table=Table(
            ["question", "worth", "mean", "all points", "no points", "without points yet"],
            rows,
            "All points and no points are shares of those who have points for the question.",
        ),
    )


def _behaviour_sections(reports: Iterable[Reports]) -> Iterator[Section]:
    passed: dict[tuple[str, str], list[bool]] = defaultdict(list)
    worth: dict[tuple[str, str], float] = {}
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for report in reports:
        for question, behaviours in report.get("behaviours", {}).items():
            for name, gained, points, message in behaviours:
                key = question, name
                passed[key].append(gained >= points)
                worth[key] = points
                counts[key].update([message] if message else [])
    if not passed:
        return
    rows = [
        [": ".join(key), _percent(sum(each), len(each)), f"{worth[key]:g}", str(len(each))]
        for key, each in passed.items()
    ]
    yield Section(
        "What the class can do",
        [
            "Each question is graded by behaviours. A behaviour that few pass, in a question that "
            "most answer, is a lecture to give again, or a check to look at again."
        ],
        Table(["behaviour", "passed", "worth", "asked"], rows, bars=["passed"]),
    )
    messages = sorted(
        ((count, *key, text) for key, texts in counts.items() for text, count in texts.items()),
        key=lambda row: (-row[0], row[1:]),
    )
    if messages:
        yield Section(
            "What students read most",
            table=Table(
                ["behaviour", "times", "message"],
                [
                    [f"{question}: {name}", str(count), text]
                    for count, question, name, text in messages[:MOST_MESSAGES]
                ],
                f"The {min(len(messages), MOST_MESSAGES)} most frequent of {len(messages)} "
                "messages; they name rounded sizes, so that like mistakes read alike.",
            ),
        )


def _students_section(grades: dict[str, Grade], reports: dict[str, Reports]) -> Section:
    rows = [
        [
            who,
            "-" if grade.score is None else f"{grade.score:g}",
            f"{grade.penalty:g}" if grade.penalty else "-",
            grade.state,
            f"{reports[who]['seconds']:.1f}" if who in reports else "-",
            str(reports[who]["restarts"]) if who in reports else "-",
            reports[who]["isolation"] if who in reports else "-",
        ]
        for who, grade in grades.items()
    ]
    header = ["student", "points", "late penalty", "state", "seconds", "restarts", "isolation"]
    return Section("Student by student", table=Table(header, rows))


def _metadata(reports: Iterable[Reports]) -> Iterator[tuple[str, str]]:
    """Yield what the grades depend on; more than one value is worth a second look."""
    levels = Counter(report["isolation"] for report in reports)
    yield "isolation", ", ".join(f"{level}: {count}" for level, count in levels.items()) or "-"
    for library in sorted({name for report in reports for name in report["versions"]}):
        found = sorted({report["versions"].get(library, "?") for report in reports})
        yield library, ", ".join(found)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "-"


def _drawn(draw: Callable, *values: Any) -> Any:
    figure, ax = new_figure()
    draw(ax, *values)
    return figure


def _picture(draw: Callable, alt: str, caption: str) -> Picture:
    return Picture(**in_both_themes(draw), alt=alt, caption=caption)
