"""Make one page of a lecture that a browser opens from a folder, without a network.

Sphinx runs the lecture and writes the page; its styles, scripts and pictures are then put into it.
"""

import base64
import mimetypes
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..errors import InputError
from .site import published

OVERRIDES = {
    "html_theme": "basic",
    "html_theme_options": {"nosidebar": True, "body_max_width": "50rem"},
    "html_css_files": ["course.css", "page.css"],
    "html_use_index": False,
    # What it links to on the website does not come along.
    "suppress_warnings": ["mystnb.lexer", "myst.xref_missing"],
}
STYLE = re.compile(r'<link rel="stylesheet"[^>]* href="([^"]+)"[^>]*>')
SCRIPT = re.compile(r'<script[^>]* src="([^"]+)"[^>]*></script>')
PICTURE = re.compile(r'(?<=<img)([^>]* src=")([^"]+)"')
ELSEWHERE = re.compile(r'<link rel="(?!stylesheet)[^>]*>')  # pages that are not there


def lecture_page(root: Path, name: str) -> bytes:
    """Return the lecture of the problem set `name` as one HTML page that needs no other file.

    Raises
    ------
    InputError
        If Sphinx has anything to complain about.
    """
    from sphinx.application import Sphinx

    with tempfile.TemporaryDirectory(prefix="galflux-lecture-") as scratch:
        sources, out, doctrees = (Path(scratch, each) for each in ("in", "out", "trees"))
        for path in published(root / "course"):
            if path.parts[0] in (name, "_static", "conf.py"):
                (sources / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / "course" / path, sources / path)
        settings = OVERRIDES | {"root_doc": f"{name}/lecture"}
        app = Sphinx(
            *(str(sources), str(sources), str(out), str(doctrees), "singlehtml", settings),
            status=None,
            warningiserror=True,
        )
        app.build()
        if app.statuscode:
            raise InputError(f"course bundle: needed a lecture of {name} that Sphinx takes")
        return _inline(out / name / "lecture.html", out).encode()


def _inline(page: Path, site: Path) -> str:
    """Return the text of a page with what it loads put into it; addresses start at `site`."""

    def content(address: str) -> Path:
        return site / address.partition("?")[0]

    def text(start: str, end: str) -> Callable[[re.Match[str]], str]:
        # In a script the end of a script may stand only with a backslash.
        return lambda found: (
            start
            + content(found[1]).read_text(encoding="utf-8").replace("</script", r"<\/script")
            + end
        )

    def picture(found: re.Match[str]) -> str:
        path = content(found[2])
        data = base64.b64encode(path.read_bytes()).decode()
        return f'{found[1]}data:{mimetypes.guess_type(path.name)[0]};base64,{data}"'

    html = page.read_text(encoding="utf-8")
    html = ELSEWHERE.sub("", html)
    html = STYLE.sub(text("<style>\n", "</style>"), html)
    html = PICTURE.sub(picture, html)
    return SCRIPT.sub(text("<script>\n", "</script>"), html)
