"""Grades for Canvas, Moodle and spreadsheets: each file is read back as the platform reads it."""

import csv
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from classroom import REPOSITORY, run
from click.testing import CliRunner

from galflux_edu.cli.grade import grade as grade_group
from galflux_edu.cli.main import main
from galflux_edu.errors import InputError
from galflux_edu.grading.gradebook import open_gradebook
from galflux_edu.grading.grades import read_book
from galflux_edu.grading.grades.export import EXPORTERS
from galflux_edu.grading.grades.worksheet import MoodleWorksheetExporter

PEOPLE = {
    "ada": ("Ada", "Lovelace, Countess", "ada@example.org", "1815"),
    "bob": ("Bob", '=HYPERLINK("http://evil")', "bob@example.org", "b-17"),
    "cid": ("", "", "", ""),
    "dan": ("Dan", "Dare", "dan@example.org", "12"),
    "eve": ("Eve", "Ève", "eve@example.org", "13"),
}
LATE = datetime(2030, 3, 2, 9, 30)  # nbgrader keeps UTC without saying so


def _hand_in(gradebook, student, name, double, halve, why=None, penalty=0.0):
    """Hand in a set whose checks gave `double` and `halve`, and whose reader gave `why`."""
    submission = gradebook.add_submission(name, student, timestamp=LATE)
    (notebook,) = submission.notebooks
    notebook.late_submission_penalty = penalty
    scores = {"double": (double, None), "halve": (halve, None), "why": (None, why)}
    for grade in notebook.grades:
        grade.auto_score, grade.manual_score = scores[grade.name]
        grade.needs_manual_grade = scores[grade.name] == (None, None)
    gradebook.db.commit()


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A gradebook of five students and two sets, as the commands of nbgrader leave it."""
    root = tmp_path_factory.mktemp("course")
    (root / "grader_tests").mkdir()
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    with open_gradebook(root) as gradebook:
        for name in ("ps1", "ps2"):
            gradebook.add_assignment(name, duedate=datetime(2030, 3, 1))
            gradebook.add_notebook(name, name)
            for cell, kind, points in (("double", "code", 6), ("halve", "code", 2)):
                gradebook.add_grade_cell(cell, name, name, max_score=points, cell_type=kind)
            gradebook.add_grade_cell("why", name, name, max_score=2.5, cell_type="markdown")
            gradebook.add_solution_cell("why", name, name)
        for who, (first, last, email, number) in PEOPLE.items():
            known = {"first_name": first, "last_name": last, "email": email, "lms_user_id": number}
            gradebook.add_student(who, **{key: value or None for key, value in known.items()})
        _hand_in(gradebook, "ada", "ps1", 6, 1 / 3, why=2.5, penalty=0.88)
        _hand_in(gradebook, "bob", "ps1", 6, 2)
        _hand_in(gradebook, "cid", "ps1", 0, 0, why=0)
        _hand_in(gradebook, "dan", "ps1", None, None)
        _hand_in(gradebook, "ada", "ps2", 1, 1, why=1, penalty=5)
    return root


@pytest.fixture
def export(course, tmp_path):
    """Export and return the cells and the notes."""

    def exported(kind, *, sets=("ps1",), students=(), **more):
        exporter = EXPORTERS.get(kind, MoodleWorksheetExporter)(
            to=str(tmp_path / "grades.csv"), assignment=list(sets), student=list(students), **more
        )
        with open_gradebook(course) as gradebook:
            notes = exporter.write(gradebook)
        with (tmp_path / "grades.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file)), notes

    return exported


NOTES = [
    "ps1: nothing was handed in, left empty: eve",
    "ps1: not graded, left empty (galflux grade says why): dan",
    "ps1: a person still has to grade a part or to confirm it; exported as it stands: bob",
    "no name in the gradebook, their id stands for it: cid",
]
GUARDED = "with an apostrophe in front, so that no spreadsheet takes it for a formula: "


def test_canvas_gets_the_columns_that_it_imports(export):
    """As the importer of Canvas reads: columns, points possible, a line for each student."""
    rows, notes = export("canvas")
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1"]
    assert rows[:2] == [header, ["    Points Possible", "", "", "", "", "10.5"]]
    assert rows[2:] == [
        ["Lovelace, Countess, Ada", "1815", "", "ada", "", "7.953333"],
        ['\'=HYPERLINK("http://evil"), Bob', "", "b-17", "bob", "", "8"],
        ["cid", "", "", "cid", "", "0"],
        ["Dare, Dan", "12", "", "dan", "", ""],
        ["Ève, Eve", "13", "", "eve", "", ""],
    ]
    assert notes == [
        *NOTES,
        "no lms_user_id in the gradebook, Canvas looks for their SIS login, then for their name: "
        "cid",
        f'{GUARDED}=HYPERLINK("http://evil"), Bob',
    ]


def test_a_set_may_have_another_name_in_canvas_and_all_sets_go_into_one_file(export):
    rows, notes = export("canvas", sets=(), columns={"ps2": "Problem set 2 (77)"})
    assert rows[0][5:] == ["ps1", "Problem set 2 (77)"]
    assert [row[5:] for row in rows if row[3] == "ada"] == [["7.953333", "0"]]  # never below zero
    assert "ps2: nothing was handed in, left empty: bob, cid, dan, eve" in notes


def test_moodle_gets_a_dash_where_there_is_no_grade_and_only_whole_identification(export):
    """Of an empty cell Moodle would make a zero, of an empty address somebody else's grades."""
    rows, notes = export("moodle")
    assert rows[0] == ["Username", "First name", "Last name", "ps1", "ps1 (feedback)"]
    assert rows[1:] == [
        [*("ada", "Ada", "Lovelace, Countess"), "7.953333",
         "double: 6; halve: 0.333333; why: 2.5; late: -0.88"],
        [*("bob", "Bob", '\'=HYPERLINK("http://evil")'), "8",
         "double: 6; halve: 2; why: not graded yet"],
        ["cid", "", "", "0", "double: 0; halve: 0; why: 0"],
        ["dan", "Dan", "Dare", "-", ""],
        ["eve", "Eve", "Ève", "-", ""],
    ]  # fmt: skip
    assert notes[4:6] == [
        "no email address in the gradebook, so there is no column 'Email address': cid",
        "no lms_user_id in the gradebook, so there is no column 'ID number': cid",
    ]
    rows, notes = export("moodle", students=("ada", "dan"))
    assert rows[0][3:] == ["Email address", "ID number", "ps1", "ps1 (feedback)"]
    assert rows[2] == ["dan", "Dan", "Dare", "dan@example.org", "12", "-", ""]
    assert notes == [NOTES[1].replace("eve", "dan")]


def test_a_spreadsheet_gets_what_nbgrader_exports_and_more(export):
    rows, _ = export("csv", sets=())
    grades = {(row["student_id"], row["assignment"]): row for row in _dicts(rows)}
    assert len(grades) == 10
    ada = grades["ada", "ps1"]
    assert ada["score"] == "7.953333"
    assert (ada["raw_score"], ada["late_submission_penalty"]) == ("8.833333", "0.88")
    assert (ada["double"], ada["halve"], ada["why"]) == ("6", "0.333333", "2.5")
    assert (ada["timestamp"], ada["duedate"]) == ("2030-03-02 09:30:00", "2030-03-01 00:00:00")
    states = {who: grades[who, "ps1"]["state"] for who in PEOPLE}
    assert states == {
        "ada": "graded",
        "bob": "waits for a person",
        "cid": "graded",
        "dan": "not graded",
        "eve": "not handed in",
    }
    assert {grades[who, "ps1"]["score"] for who in ("dan", "eve")} == {""}


def _dicts(rows):
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


WORKSHEET = """\
\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade",\
"Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 901","Ada Lovelace","ADA@example.org","Submitted","","10.50",Yes,"-","-",""
"Participant 902","Dan Dare","","Submitted","3","10.50",Yes,"-","Monday, 4 March 2030","kept"
"Participant 903","Zoe Nobody","zoe@example.org","No submission","","10.50",Yes,"-","-",""
"""


def test_a_worksheet_of_moodle_comes_back_filled_in(export, tmp_path):
    path = tmp_path / "worksheet.csv"
    path.write_text(WORKSHEET, encoding="utf-8")
    rows, notes = export("worksheet", worksheet=str(path))
    before = list(csv.reader(WORKSHEET.lstrip("\ufeff").splitlines()))
    feedback = "double: 6; halve: 0.333333; why: 2.5; late: -0.88"
    assert rows == [
        before[0],
        [*before[1][:4], "7.953333", *before[1][5:9], feedback],
        before[2],
        before[3],
    ]
    assert "not in the worksheet: bob, cid, eve" in notes
    assert "in the worksheet, but not in the gradebook: Zoe Nobody" in notes
    path.write_text("Name,Grade\n")
    message = (
        f"{path}: needed a grading worksheet of Moodle, in English, with the columns Identifier, "
        "Grade, Last modified (grade); there is no Identifier, Last modified (grade)"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        export("worksheet", worksheet=str(path))
    message = "grades: needed one problem set for a grading worksheet; got ps1, ps2"
    with pytest.raises(InputError, match=f"^{message}$"):
        export("worksheet", sets=(), worksheet=str(path))


@pytest.mark.parametrize("cell", ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1+1", " =1", "-x"])
def test_no_cell_is_a_formula(course, export, cell):
    with open_gradebook(course) as gradebook:
        gradebook.find_student("bob").first_name = cell
        gradebook.find_student("bob").last_name = None
        gradebook.db.commit()
    for kind in EXPORTERS:
        rows, notes = export(kind)
        assert not [each for row in rows for each in row if re.match(r"\s*[=+@]|\s*-.", each)]
        assert notes[-1].startswith(GUARDED)


def test_what_the_gradebook_does_not_know_is_asked_for(course):
    with open_gradebook(course) as gradebook:
        message = (
            "grades: needed a problem set that the gradebook knows, run nbgrader "
            "generate_assignment first; got 'ps9'"
        )
        with pytest.raises(InputError, match=f"^{message}$"):
            read_book(gradebook, ["ps9"])
        message = (
            "grades: needed a student that the gradebook knows, run galflux grade or nbgrader db "
            "student add first; got 'zoe'"
        )
        with pytest.raises(InputError, match=f"^{message}$"):
            read_book(gradebook, students=["zoe"])


def test_both_commands_write_the_same_file(course):
    """Ours, and nbgrader's own with our class; by hand the columns may be named in the config."""
    before = (course / "gradebook.db").read_bytes()
    done = run(course, "-m", "galflux_edu.cli", "grade", "export", "canvas", "ps1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the grades are in grades-canvas.csv\n"
    assert f"note: {NOTES[0]}\n" in done.stderr
    ours = (course / "grades-canvas.csv").read_text()
    assert (course / "grades-canvas.csv").stat().st_mode & 0o777 == 0o600
    plugin = "--exporter=galflux_edu.grading.grades.export.CanvasExporter"
    done = run(
        course, "-m", "nbgrader", "export", plugin, "--to=theirs.csv", "--assignment=['ps1']"
    )
    assert done.returncode == 0, done.stderr
    assert NOTES[1] in done.stderr
    assert (course / "theirs.csv").read_text() == ours
    done = run(course, "-m", "galflux_edu.cli", "grade", "table", "ps1", "--student", "ada")
    assert done.stdout.split("\n")[2].split() == ["ada", "7.95", "0.880", "10.5", "graded"]
    done = run(course, "-m", "galflux_edu.cli", "grade", "table")
    assert done.stdout.split("\n")[0].split() == ["student", "ps1", "ps2"]
    assert (course / "gradebook.db").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["grades", "--diff", "--similar"],
            "one of --export, --diff",
        ),
        (
            ["grade", "export", "csv", "--worksheet", "w.csv"],
            "the export to moodle",
        ),
    ],
)
def test_options_that_do_not_go_together(course, arguments, message):
    done = run(course, "-m", "galflux_edu.cli", *arguments)
    assert done.returncode == 2
    assert f"Error: grades: needed {message}" in done.stderr


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([], ["table"]),
        (["ps1", "--student", "ada"], ["table", "ps1", "--student", "ada"]),
        (["ps1", "--export=csv", "--out", "a"], ["export", "csv", "ps1", "--out", "a"]),
        (["--export", "canvas", "ps1"], ["export", "canvas", "ps1"]),
        (["ps1", "--similar", "--threshold", "0.8"], ["similar", "ps1", "--threshold", "0.8"]),
    ],
)
def test_the_old_command_runs_the_new_one_and_names_it(course, monkeypatch, before, now):
    called = []
    monkeypatch.setattr(grade_group, "main", lambda args, **_: called.append(args))
    done = CliRunner().invoke(main, ["grades", *before])
    assert (done.exit_code, called) == (0, [now])
    assert done.stderr == f"note: this is now: galflux grade {' '.join(now)}\n"
