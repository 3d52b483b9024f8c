"""The page on a class: its numbers are counted again here, its looks one has to look at."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from classroom import REPOSITORY

from galflux_edu import plots
from galflux_edu.errors import InputError
from galflux_edu.grading.gradebook import open_gradebook
from galflux_edu.grading.grades import write_class_report

SET = "ps1"
EVIL = "<script>alert(1)</script>"
#        double: arrays, whole numbers   halve  why   seconds
CLASS = {
    "ada": ((4, 2), 2, 2.0, 1.0),
    "bob": ((4, 0), 2, None, 2.0),
    "cid": ((0, 0), 0, 0.0, 30.0),
    "dan": ((4, 2), 0, 1.0, 3.0),
}
MISSING = {"ada": [EVIL], "bob": ["double", "halve"]}


def _report(who, double, halve, seconds):
    said = [
        ["arrays", double[0], 4, "" if double[0] else "Twice x is off by about 10 %."],
        ["whole numbers", double[1], 2, "" if double[1] else EVIL],
    ]
    return {
        "attempt": "a",
        "isolation": "none" if who == "dan" else "bubblewrap",
        "questions": {"double": sum(double), "halve": halve},
        "behaviours": {"double": said, "halve": [["a number", halve, 2, "" if halve else "No."]]},
        "seconds": seconds,
        "restarts": int(who == "cid"),
        "flags": [f"`{each}` was missing and is back." for each in MISSING.get(who, ())],
        "for_a_person": ["It names jax.grad: a person decides."] if who == "cid" else [],
        "versions": {"numpy": "2.3.1" if who == "dan" else "2.3.0"},
    }


@pytest.fixture
def root(tmp_path) -> Path:
    """A graded class of four, and one who handed nothing in."""
    (tmp_path / "grader_tests").mkdir()
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    folder = tmp_path / ".grader" / "reports" / SET
    folder.mkdir(parents=True)
    with open_gradebook(tmp_path) as gradebook:
        gradebook.add_assignment(SET)
        gradebook.add_notebook(SET, SET)
        for cell, points in (("double", 6), ("halve", 2)):
            gradebook.add_grade_cell(cell, SET, SET, max_score=points, cell_type="code")
        gradebook.add_grade_cell("why", SET, SET, max_score=2, cell_type="markdown")
        gradebook.add_solution_cell("why", SET, SET)
        gradebook.add_student("eve")
        for who, (double, halve, why, seconds) in CLASS.items():
            gradebook.add_student(who)
            (notebook,) = gradebook.add_submission(SET, who).notebooks
            given = {"double": (sum(double), None), "halve": (halve, None), "why": (None, why)}
            for grade in notebook.grades:
                grade.auto_score, grade.manual_score = given[grade.name]
                grade.needs_manual_grade = given[grade.name] == (None, None)
            report = _report(who, double, halve, seconds)
            (folder / f"{who}.json").write_text(json.dumps(report))
        gradebook.db.commit()
    return tmp_path


class _Page(HTMLParser):
    """The cells of every table, by the heading above it, and all text."""

    def __init__(self, path):
        super().__init__()
        self.tables, self.text, self.tags, self.heading = {}, "", [], ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "h2":
            self.heading = ""
        elif tag == "tr":
            self.tables.setdefault(self.heading, []).append([])
        elif tag in ("td", "th"):
            self.tables[self.heading][-1].append("")

    def handle_data(self, data):
        self.text += data
        if "h2" in self.tags[-1:]:
            self.heading += data.strip()
        elif self.tags and self.tags[-1] in ("td", "th"):
            self.tables[self.heading][-1][-1] += data.strip()


def test_every_number_of_the_class_is_on_the_page(root):
    path, summary = write_class_report(root, SET, command="galflux grades ps1 --report")
    assert path == root / ".grader" / "reports" / SET / "class.html"
    assert summary == (
        "4 of 5 students have a grade; the median is 6.5 of 10 points, the mean 5.75; "
        "1 wait for a person; 1 handed nothing in."
    )
    page = _Page(path)
    assert page.tables["Points for each question"][1:] == [
        ["double", "6", "4", "50%", "25%", "–"],
        ["halve", "2", "1", "50%", "50%", "–"],
        ["why", "by hand", "1", "–", "33%", "1"],
    ]
    assert page.tables["What the class can do"][1:] == [
        ["double: arrays", "75%", "4", "4"],
        ["double: whole numbers", "50%", "2", "4"],
        ["halve: a number", "50%", "2", "4"],
    ]
    assert page.tables["What students read most"][1:] == [
        ["double: whole numbers", "2", EVIL],
        ["halve: a number", "2", "No."],
        ["double: arrays", "1", "Twice x is off by about 10 %."],
    ]
    assert page.tables["What a person has to look at"][1:] == [
        ["to decide: It names jax.grad: a person decides.", "cid"],
        ["flag: a cell was missing and is back.", f"ada (`{EVIL}`), bob (2 cells)"],
        ["to grade: why", "bob"],
    ]
    students = {row[0]: row[1:] for row in page.tables["Student by student"][1:]}
    assert students["cid"] == ["0", "–", "graded", "30.0", "1", "bubblewrap"]
    assert students["eve"] == ["–", "–", "not handed in", "–", "–", "-"]
    assert "bubblewrap: 3, none: 1" in page.text
    assert "2.3.0, 2.3.1" in page.text
    assert '<td class="number bar" style="--share: 75%">75%</td>' in path.read_text()
    assert "the slowest 30 s" in page.text


def test_what_students_wrote_is_shown_and_never_obeyed(root):
    path, _ = write_class_report(root, SET, command="x", out=root / "page.html")
    assert "script" not in _Page(path).tags
    assert re.search(r"&lt;script&gt;alert\(1\)", path.read_text())


def test_a_class_without_grades_has_no_page(root):
    with open_gradebook(root) as gradebook:
        gradebook.add_assignment("ps2")
    with pytest.raises(InputError, match=r"^grades: needed a graded submission of ps2; got none$"):
        write_class_report(root, "ps2", command="x")


def test_the_bars_of_the_pictures_count_everybody():
    ax = plots.grades_histogram(plots.new_figure()[1], [0, 3, 9.5, 10, 10], 10)
    assert sum(bar.get_height() for bar in ax.patches) == 5
    assert ax.get_xlabel() == "points (of 10)"
    assert ax.lines[0].get_xdata()[0] == 9.5
    ax = plots.grades_histogram(plots.new_figure()[1], [12.0], 10)  # extra credit
    assert ax.get_xlim() == (0, 12)
    ax = plots.seconds_histogram(plots.new_figure()[1], [0.0, 12.5, 3])
    assert sum(bar.get_height() for bar in ax.patches) == 3
