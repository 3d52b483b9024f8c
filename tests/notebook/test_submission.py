"""Whatever is handed in can be read, and whatever was done to it the questions are all there."""

import json
import os
import random
import re

import nbformat
import pytest
from classroom import REPOSITORY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from nbconvert.filters.markdown import markdown2html
from nbformat.v4 import new_code_cell, new_markdown_cell

from galflux_edu.course.notebook import HIDDEN
from galflux_edu.errors import InputError
from galflux_edu.notebook import (
    merge_with_release,
    read_release,
    read_submission,
    truncated_source,
)

PS4 = REPOSITORY / "exercises" / "ps4_convolution"
CELL = {"cell_type": "code", "source": "x = 1", "metadata": {}}


def _release():
    return read_release(PS4, "ps4_convolution")


def _read(tmp_path, content):
    path = tmp_path / "notebook.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_submission(path)


def _known(notebook):
    return [cell for cell in notebook.cells if "nbgrader" in cell.metadata]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is not JSON"),
        (b"hello", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b'{"cells": [' + b"1" * 5000 + b"]}", "it is not JSON"),
        ('{"cells": []}'.encode("utf-16"), "it is not UTF-8"),
        ([1, 2], "it holds no list of cells, as notebooks of format 4 do"),
        ({}, "it holds no list of cells, as notebooks of format 4 do"),
        ({"cells": {}}, "it holds no list of cells, as notebooks of format 4 do"),
        (
            {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]},
            "it holds no list of cells, as notebooks of format 4 do",
        ),
        ({"cells": [CELL, "x = 2"]}, "its cell 2 is none"),
        ({"cells": [CELL | {"source": 3}]}, "its cell 1 is none"),
        ({"cells": [CELL | {"source": ["x", 3]}]}, "its cell 1 is none"),
        ({"cells": [CELL | {"cell_type": "heading"}]}, "its cell 1 is none"),
        ({"cells": [CELL | {"cell_type": ["code"]}]}, "its cell 1 is none"),
        ({"cells": [CELL | {"outputs": [[]] * 1_000_001}]}, "it is too large"),
        (b'{"cells": [' + b"1," * 4_000_001 + b"1]}", "it is too large"),
        ({"cells": [CELL] * 2001}, "it has too many cells"),
        ({"cells": [CELL | {"source": "x" * 1_000_001}]}, "its cells are too long"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_whole_assignment_is_there(tmp_path, content, why):
    notebook = _read(tmp_path, content)
    assert notebook.metadata.galflux.unreadable == (
        f"This notebook could not be read ({why}): a person has to look at the file."
    )
    release = _release()
    merge_with_release(notebook, release)
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in release.cells]
    assert _known(notebook) == _known(release)


def test_a_file_that_is_none_is_unreadable(tmp_path):
    said = read_submission(tmp_path).metadata.galflux.unreadable
    assert said == (
        "This notebook could not be read (Is a directory): a person has to look at the file."
    )


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"outputs": "none of your business", "execution_count": "many"},
        {"metadata": None},
        {"metadata": {"nbgrader": ["grade"], "tags": 7}},
        {"metadata": {"nbgrader": {"grade_id": {"a": 1}, "points": 100}}},
        {"id": "not allowed in an id!", "attachments": 3},
    ],
)
def test_what_is_merely_odd_is_read(tmp_path, change):
    notebook = _read(tmp_path, {"cells": [CELL | change], "nbformat": "five"})
    assert notebook.metadata.galflux == {"unreadable": "", "flags": []}
    (cell,) = notebook.cells
    assert (cell.source, cell.outputs, cell.metadata) == ("x = 1", [], {})
    nbformat.validate(notebook)


def test_lines_a_byte_order_mark_and_half_a_character_are_read(tmp_path):
    content = json.dumps({"cells": [CELL | {"source": ["x = 1\n", "y = '\ud800'"]}]})
    notebook = _read(tmp_path, b"\xef\xbb\xbf" + content.encode())
    assert notebook.cells[0].source == "x = 1\ny = '?'"


def test_pasted_pictures_stay_and_nothing_else(tmp_path):
    attachments = {
        "a.png": {"image/png": "aGVsbG8="},
        "b.svg": {"image/svg+xml": "<script/>"},
        "c.png": {"image/png": '"><script>'},
        "\ud800.png": {"image/png": "aGVsbG8="},
        "d": 3,
    }
    cell = {"cell_type": "markdown", "source": "![](attachment:a.png)", "attachments": attachments}
    notebook = _read(tmp_path, {"cells": [cell]})
    assert notebook.cells[0].attachments == {"a.png": {"image/png": "aGVsbG8="}}


def test_nobody_waits_at_a_pipe(tmp_path):
    path = tmp_path / "notebook.ipynb"
    os.mkfifo(path)
    assert read_submission(path).metadata.galflux.unreadable == (
        "This notebook could not be read (it is no file): a person has to look at the file."
    )


def test_a_link_is_not_followed(tmp_path):
    path = tmp_path / "notebook.ipynb"
    path.symlink_to(PS4 / "ps4_convolution.ipynb")
    assert read_submission(path).metadata.galflux.unreadable == (
        "This notebook could not be read (it is a link to another file): a person has to look at "
        "the file."
    )


@pytest.mark.parametrize("cell_type", ["code", "markdown"])
def test_the_hidden_line_of_a_solution_is_taken_out(tmp_path, cell_type):
    hidden = HIDDEN.format(name="ps4", grade_id="relu")
    cell = {"cell_type": cell_type, "source": f"x = 1\n{hidden}y = 2\n### my own remark"}
    notebook = _read(tmp_path, {"cells": [cell]})
    assert notebook.cells[0].source == "x = 1\ny = 2\n### my own remark"


@pytest.mark.parametrize(
    ("new_cell", "whole", "more", "cut"),
    [
        (new_code_cell, "x\n" * 9999 + "y" * 5000, "z", " # [the rest of this line is cut]"),
        (new_markdown_cell, "y" * 20_000, "z", "\n\n[the rest of this text is cut]"),
    ],
)
def test_what_is_very_long_is_not_shown_in_full(new_cell, whole, more, cut):
    assert truncated_source(new_cell(whole)) == whole
    assert truncated_source(new_cell(whole + more)) == whole + cut


def test_a_missing_release_is_said_to_be_missing(tmp_path):
    message = (
        f"^grade: needed the released notebook {tmp_path}/ps9.ipynb, which galflux course build "
        "makes; got 'FileNotFoundError'$"
    )
    with pytest.raises(InputError, match=message):
        read_release(tmp_path, "ps9")


def _answered(tmp_path, edit):
    """Hand in the release with `edit` done to its list of cells, and lay it on the release."""
    notebook = json.loads((PS4 / "ps4_convolution.ipynb").read_text())
    edit(notebook["cells"])
    return merge_with_release(_read(tmp_path, notebook), _release())


def _find(cells, grade_id):
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def test_an_untouched_release_stays_as_it_is(tmp_path):
    notebook = _answered(tmp_path, lambda cells: None)
    assert notebook.metadata.galflux.flags == []
    assert [c.source for c in notebook.cells] == [c.source for c in _release().cells]
    assert _known(notebook) == _known(_release())


@pytest.mark.parametrize(
    ("edit", "flags"),
    [
        (lambda cells, test: cells.remove(test), ["`relu_forward` was missing and is back."]),
        (
            lambda cells, test: cells.append(json.loads(json.dumps(test))),
            ["`relu_forward` is there twice: the last one counts."],
        ),
        (
            lambda cells, test: test.update(cell_type="markdown"),
            ["`relu_forward` was made a markdown cell."],
        ),
        (lambda cells, test: (cells.remove(test), cells.insert(0, test)), []),
        (lambda cells, test: test["metadata"]["nbgrader"].update(points=100), []),
        (lambda cells, test: test["metadata"]["nbgrader"].update(grade=False, locked=False), []),
        (lambda cells, test: test["metadata"]["nbgrader"].update(solution=True), []),
        (lambda cells, test: test["metadata"].update(tags=["demo", "skip-execution"]), []),
        (lambda cells, test: test.update(source="relu_forward = 1"), []),
        (
            lambda cells, test: test["metadata"]["nbgrader"].update(grade_id="conv2d_forward"),
            [
                "`conv2d_forward` is there twice: the last one counts.",
                "`relu_forward` was missing and is back.",
            ],
        ),
        (
            lambda cells, test: test["metadata"]["nbgrader"].update(grade_id="free_points"),
            ["`relu_forward` was missing and is back."],
        ),
        (
            lambda cells, test: cells.clear(),
            [
                f"`{cell.metadata.nbgrader.grade_id}` was missing and is back."
                for cell in _known(_release())
            ],
        ),
    ],
    ids=lambda value: None,
)
def test_a_test_cell_cannot_be_got_rid_of(tmp_path, edit, flags):
    notebook = _answered(tmp_path, lambda cells: edit(cells, _find(cells, "relu_forward")))
    assert notebook.metadata.galflux.flags == flags
    restored = {cell.metadata.nbgrader.grade_id: cell for cell in _known(notebook)}
    assert len(restored) == len(_known(notebook))
    assert restored == {cell.metadata.nbgrader.grade_id: cell for cell in _known(_release())}


def test_what_is_missing_comes_back_where_it_was(tmp_path):
    missing = ("relu_forward_code", "relu_forward")
    notebook = _answered(
        tmp_path, lambda cells: [cells.remove(_find(cells, each)) for each in missing]
    )
    order = [cell.metadata.nbgrader.grade_id for cell in _known(notebook)]
    assert order == [cell.metadata.nbgrader.grade_id for cell in _known(_release())]


def test_a_pasted_picture_is_shown(tmp_path):
    def edit(cells):
        cell = _find(cells, "what_went_wrong")
        cell["source"] = "![](attachment:a.png)"
        cell["attachments"] = {"a.png": {"image/png": "aGVsbG8="}}

    answer = _find(_answered(tmp_path, edit).cells, "what_went_wrong")
    context = {"cell": {"attachments": answer.attachments}}
    page = HTMLExporter().markdown2html(context, answer.source)
    assert 'src="data:image/png;base64,aGVsbG8="' in page


@pytest.mark.parametrize(
    "text",
    ["![](attachment:a.png)" * 50, "![](attachment:a.png) " + "![x][p]" * 50, "![x][p]"],
    ids=["pasted", "named", "named only"],
)
def test_a_picture_is_shown_once(tmp_path, text):
    """The page would be as many times as large."""

    def edit(cells):
        cell = _find(cells, "what_went_wrong")
        cell["source"] = f"{text}\n\n[p]: attachment:a.png\n"
        cell["attachments"] = {"a.png": {"image/png": "aGVsbG8="}}

    answer = _find(_answered(tmp_path, edit).cells, "what_went_wrong")
    context = {"cell": {"attachments": answer.attachments}}
    page = HTMLExporter().markdown2html(context, answer.source)
    assert page.count("data:image/png;base64,") == text.startswith("![](attachment")


def test_answers_and_own_cells_stay_the_students(tmp_path):
    def edit(cells):
        _find(cells, "relu_forward_code")["source"] = "def relu_forward(x): return x"
        _find(cells, "relu_forward_code")["cell_type"] = "raw"
        cells.insert(3, {"cell_type": "code", "source": "mine = 1", "metadata": {"tags": ["demo"]}})

    notebook = _answered(tmp_path, edit)
    answer = _find(notebook.cells, "relu_forward_code")
    assert (answer.cell_type, answer.source) == ("code", "def relu_forward(x): return x")
    assert (notebook.cells[3].source, notebook.cells[3].metadata) == ("mine = 1", {})


def test_tags_in_the_students_text_are_shown_and_not_obeyed(tmp_path):
    text = (
        "a<b, <script>alert(1)</script> <!-- x --> `x <y>` 1 < 2 <3 &c. &amp; &#60;b&#62;\n"
        "[a](JavaScript:x) [b](data\\:x) [c](java&#115;cript:x) [d](javascript&colon;x) [e]\n"
        "![](attachment:none.png) ![](attachment:) ![](attachment\\:a.png)\n\n[e]: javascript:x"
    )

    def edit(cells):
        _find(cells, "what_went_wrong")["source"] = text
        cells.append({"cell_type": "raw", "source": "<b>", "metadata": {}})

    notebook = _answered(tmp_path, edit)
    answer = _find(notebook.cells, "what_went_wrong").source
    assert not re.search("<[a-zA-Z/!]", answer)
    page = markdown2html(answer)  # raises if a picture is not there
    assert not re.search('="(javascript|data|attachment):', page, re.IGNORECASE)
    assert page.count(" href=") == 5
    assert answer.replace("\u2060", "") == text
    assert notebook.cells[-1].source == "<\u2060b>"
    # The hints of the exercise fold open as they did.
    assert any("<details>" in cell.source for cell in notebook.cells)


CHANGES = ("remove", "double", "move", "retype", "rename", "strip", "empty")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 2**32)), max_size=30))
def test_whatever_is_done_to_a_notebook_every_question_is_there_once(tmp_path, changes):
    def edit(cells):
        names = [c["metadata"]["nbgrader"]["grade_id"] for c in cells if c["metadata"]]
        for change, seed in changes:
            rng = random.Random(seed)
            if not cells:
                return
            i = rng.randrange(len(cells))
            if change == "remove":
                del cells[i]
            elif change == "double":
                cells.insert(rng.randrange(len(cells)), json.loads(json.dumps(cells[i])))
            elif change == "move":
                cells.insert(rng.randrange(len(cells)), cells.pop(i))
            elif change == "retype":
                cells[i]["cell_type"] = rng.choice(("code", "markdown", "raw"))
            elif change == "rename":
                cells[i]["metadata"] = {"nbgrader": {"grade_id": rng.choice(names)}}
            elif change == "strip":
                cells[i]["metadata"] = {}
            else:
                cells[i]["source"] = ""

    notebook = _answered(tmp_path, edit)
    release = {cell.metadata.nbgrader.grade_id: cell for cell in _known(_release())}
    names = [cell.metadata.nbgrader.grade_id for cell in _known(notebook)]
    assert sorted(names) == sorted(release)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in _known(notebook):
        original = release[cell.metadata.nbgrader.grade_id]
        assert cell.metadata == original.metadata
        assert cell.cell_type == original.cell_type
        if not cell.metadata.nbgrader.solution:
            assert cell.source == original.source
    nbformat.validate(notebook)
