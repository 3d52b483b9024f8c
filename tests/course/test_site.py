"""The website is built from the course without a warning, holds no solution, and loads nothing."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag

import nbformat
import pytest
from classroom import MINI, REPOSITORY, clone, run, solution_lines

from galflux_edu.course import course_sets
from galflux_edu.course.site import gather


def _build(root, out):
    """Build as an instructor does: Sphinx, and all that it loads, in a process of its own."""
    return run(root, "-m", "galflux_edu.cli", "course", "site", "--out", str(out))


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[Path, str]:
    """Build the real site and return the text of each page."""
    out = tmp_path_factory.mktemp("site") / "site"
    done = _build(REPOSITORY, out)
    assert done.returncode == 0, done.stderr
    return {path: path.read_text(encoding="utf-8") for path in out.rglob("*.html")}


@pytest.fixture(scope="module")
def out(pages) -> Path:
    return next(path.parent for path in pages if path.name == "search.html")


def test_what_is_not_named_is_not_published(copied, tmp_path):
    course = copied / "course"
    (course / "_static").mkdir()
    wanted = ["conf.py", "index.md", "_static/course.css", f"{MINI}/lecture.md"]
    stray = ["notes.md", "gradebook.csv", f"{MINI}/answers.md", f"{MINI}/.draft.md", "ps9/exam.md"]
    (course / "ps9").mkdir()
    for path in (*wanted, *stray):
        (course / path).write_text("# A page\n")
    folder = gather(copied, tmp_path / "sources")
    assert {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    } == {
        *wanted,
        f"{MINI}/assets/table.txt",
        f"exercises/{MINI}/{MINI}.ipynb",
        f"exercises/{MINI}/assets/causes.json",
        f"exercises/{MINI}/assets/table.txt",
    }


def test_every_lecture_guide_and_exercise_has_a_page(pages, out):
    for page in [*(REPOSITORY / "course").glob("*.md"), *(REPOSITORY / "course").glob("ps*/*.md")]:
        built = out / page.relative_to(REPOSITORY / "course").with_suffix(".html")
        assert built in pages
    for name in course_sets(REPOSITORY):
        assert out / "exercises" / name / f"{name}.html" in pages


def test_no_solution_is_anywhere(pages, out):
    lines = set()
    for name in course_sets(REPOSITORY):
        source = (REPOSITORY / "course" / name / "exercise.py").read_text(encoding="utf-8")
        lines |= solution_lines(source)
    assert len(lines) > 20
    files = [path for path in out.rglob("*") if path.suffix in (".html", ".ipynb", ".js", ".txt")]
    for path in files:
        text = unescape(re.sub("<[^>]+>", "", path.read_text(encoding="utf-8")))
        shown = {line.strip().strip('",').removesuffix("\\n") for line in text.split("\n")}
        assert lines & shown == set(), path


def test_exercises_are_not_executed_and_lectures_are(pages, out):
    for name in course_sets(REPOSITORY):
        page = pages[out / "exercises" / name / f"{name}.html"]
        assert "NotImplementedError" in page
        assert "cell_output" not in page
        assert pages[out / name / "lecture.html"].count("cell_output") > 5
        assert '<img alt="' in pages[out / name / "lecture.html"]


def test_each_lecture_can_be_downloaded_as_a_notebook(pages, out):
    for lecture in (out / "why-is-it-fast.html", *out.glob("ps*/lecture.html")):
        (link,) = re.findall(r'href="([^"]+\.ipynb)"', pages[lecture])
        notebook = nbformat.read(lecture.parent / link, as_version=4)
        nbformat.validate(notebook)
        assert sum(cell.cell_type == "code" for cell in notebook.cells) > 3


def test_nothing_is_loaded_from_elsewhere(pages):
    for path, page in pages.items():
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(https?:)?//', page)
        assert loaded == [], path


def test_links_inside_the_site_lead_somewhere(pages, out):
    for path, page in pages.items():
        if "_static" in path.parts:
            continue
        for address in re.findall(r'(?:href|src)="([^"]+)"', page):
            target, part = urldefrag(unescape(address))
            if re.match("[a-z]+:", target):
                continue
            there = (path.parent / unquote(target.partition("?")[0])).resolve() if target else path
            assert there.exists(), f"{path.name} -> {address}"
            if part and there in pages:
                anchor = re.escape(unquote(part))
                assert re.search(f'id="{anchor}"', pages[there]), f"{path.name} -> {address}"


def test_formulas_are_drawn_without_fonts_from_elsewhere(out):
    assert "output: 'mathml'" in (out / "_static" / "katex_autorenderer.js").read_text()


def test_a_warning_is_an_error_and_leaves_the_old_site(pages, tmp_path):
    root = tmp_path / "course"
    clone(root)
    for page in (root / "course").glob("ps*/lecture.md"):
        page.unlink()  # the table of contents still names them
    (root / "course" / "why-is-it-fast.md").write_text("# Short\n")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("the old one")
    done = _build(root, tmp_path / "site")
    assert done.returncode == 2
    assert "toctree contains reference to nonexisting document" in done.stderr
    message = "course site: needed a build without warnings; got those above"
    assert done.stderr.strip().endswith(message)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]
