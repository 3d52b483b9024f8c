"""Make the website of the course: lectures, exercises, guides, and the library's reference.

Sphinx builds it, without a network. It gets a folder of its own to read from, which holds what
readers may see, and is named here: pages, lectures and what they show, and the released notebooks.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from ..files import new_folder
from .build import course_sets

# Of course/, and nothing else: what an author leaves beside a lecture stays there.
PUBLISHED = (
    "conf.py",
    "index.md",
    "student-guide.md",
    "instructor-guide.md",
    "why-is-it-fast.md",
    "reference/*.md",
    "_static/*",
    "ps*/lecture.md",
    "ps*/assets/**/*",
)
NOTEBOOK_LINK = "{{download}}`Download this page as a notebook <{}>`"


def build_site(root: Path, out: Path) -> list[str]:
    """Write the website to the folder `out`, which is replaced, and return the names of its pages.

    Parameters
    ----------
    root
        The repository.
    out
        Folder of the website; open ``index.html`` in it.

    Raises
    ------
    InputError
        If Sphinx has anything to complain about.
    """
    from sphinx.cmd.build import build_main

    with tempfile.TemporaryDirectory(prefix="galflux-site-") as scratch:
        sources = gather(root, Path(scratch, "sources"))
        with new_folder(out, overwrite=True) as folder:
            # Quiet: warnings only, and each is an error.
            arguments = ["-q", "-W", "--keep-going", "-j", "1", "-b", "html"]
            trees = ["-d", str(Path(scratch, "doctrees"))]
            if build_main([*arguments, *trees, str(sources), str(folder)]):
                raise InputError("course site: needed a build without warnings; got those above")
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html"))


def published(course: Path) -> Iterator[Path]:
    """Yield the files of the folder `course` that readers may see, by their path in it."""
    for pattern in PUBLISHED:
        for path in sorted(course.glob(pattern)):
            if path.is_file():
                yield path.relative_to(course)


def gather(root: Path, folder: Path) -> Path:
    """Copy what readers may see into `folder`, and put each lecture beside itself as a notebook."""
    for path in published(root / "course"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "course" / path, folder / path)
    for name in course_sets(root):
        shutil.copytree(root / "exercises" / name, folder / "exercises" / name)
    for page in folder.rglob("*.md"):
        if page.read_text(encoding="utf-8").startswith("---\njupytext:"):
            _offer_notebook(page)
    return folder


def _offer_notebook(page: Path) -> None:
    """Write the page as a notebook too, and link to it below the page's title."""
    import jupytext

    text = page.read_text(encoding="utf-8")
    name = page.with_suffix(".ipynb").name
    # Not beside the page: Sphinx would take the two for one page written twice.
    (page.parent / "notebook").mkdir(exist_ok=True)
    jupytext.write(jupytext.reads(text, fmt="md:myst"), page.parent / "notebook" / name)
    head, title, rest = text.partition("\n# ")
    first, newline, body = rest.partition("\n")
    link = NOTEBOOK_LINK.format(f"notebook/{name}")
    page.write_text(f"{head}{title}{first}{newline}\n{link}\n{body}", encoding="utf-8")
