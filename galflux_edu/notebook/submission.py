"""Read what a student handed in, whatever it is.

Of a submission three things are trusted: the kind of each cell, its source, and which cell of the
released notebook it says it is. Everything else comes from the release, see `merge_with_release`.
"""

import json
import re
from pathlib import Path
from typing import Any

REPORT = "galflux"  # the key of the grader's report in the metadata of a notebook
CELL_TYPES = ("code", "markdown", "raw")
PICTURES = ("image/png", "image/jpeg")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
# The line that the build puts into solutions; who hands in a solution hands it in too.
HIDDEN = re.compile(
    r"^(### (BEGIN|END) HIDDEN TESTS|from galflux_edu\.grading import grade; ).*\n?", re.MULTILINE
)
MOST_BYTES, MOST_CELLS, MOST_CHARACTERS = 64_000_000, 2_000, 1_000_000
LONG_LINE, LONG_TEXT = 5_000, 20_000  # a page can take the square of this
MOST_BRACKETS, MOST_COMMAS = 1_000_000, 4_000_000  # each becomes an object of a hundred bytes


class UnreadableError(Exception):
    """Say in a few words why a file cannot be read as a notebook."""


def read_submission(path: Path) -> Any:
    """Return the notebook at `path`, without outputs and metadata; never fail.

    A file that cannot be read becomes a notebook without cells whose metadata say why, under
    ``metadata.galflux.unreadable``.
    """
    import nbformat

    notebook = nbformat.v4.new_notebook()
    notebook.metadata[REPORT] = {"unreadable": "", "flags": []}
    try:
        cells = [_cell(cell, i) for i, cell in enumerate(_raw_cells(path))]
        if sum(len(cell.source) for cell in cells) > MOST_CHARACTERS:
            raise UnreadableError("its cells are too long")
        notebook.cells = cells
    except UnreadableError as error:
        notebook.metadata[REPORT]["unreadable"] = (
            f"This notebook could not be read ({error}): a person has to look at the file."
        )
    return notebook


def _raw_cells(path: Path) -> list[Any]:
    try:
        if path.is_symlink():
            raise UnreadableError("it is a link to another file")
        if path.is_fifo():
            raise UnreadableError("it is no file")
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableError("it is too large")
        content = path.read_bytes()
        brackets, commas = content.count(b"[") + content.count(b"{"), content.count(b",")
        if brackets > MOST_BRACKETS or commas > MOST_COMMAS:
            raise UnreadableError("it is too large")
        notebook = json.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise UnreadableError(error.strerror or "it cannot be opened") from error
    except UnicodeDecodeError as error:
        raise UnreadableError("it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError("it is not JSON") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise UnreadableError("it holds no list of cells, as notebooks of format 4 do")
    if len(notebook["cells"]) > MOST_CELLS:
        raise UnreadableError("it has too many cells")
    return notebook["cells"]


def _cell(raw: Any, position: int) -> Any:
    """Return one cell as a notebook node, with nothing but what is trusted."""
    source = raw.get("source", "") if isinstance(raw, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or raw.get("cell_type") not in CELL_TYPES:
        raise UnreadableError(f"its cell {position + 1} is none")
    if len(source) > MOST_CHARACTERS:
        raise UnreadableError("its cells are too long")
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    cell = new_cell(
        raw["cell_type"],
        # Half a surrogate pair cannot be written.
        HIDDEN.sub("", source.encode("utf-8", "replace").decode()),
        f"own-{position}",
        {"nbgrader": {"grade_id": grade_id}} if isinstance(grade_id, str) else {},
    )
    if cell.cell_type == "markdown" and (pictures := _pictures(raw.get("attachments"))):
        cell.attachments = pictures
    return cell


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """Return the pictures that were pasted into a written answer."""
    if not isinstance(attachments, dict):
        return {}
    return {
        name: {mime: data}
        for name, contents in attachments.items()
        if NAME.fullmatch(name) and isinstance(contents, dict)
        for mime, data in contents.items()
        if mime in PICTURES and isinstance(data, str) and BASE64.fullmatch(data)
    }


def new_cell(cell_type: str, source: str, cell_id: str, metadata: dict) -> Any:
    """Return a notebook cell of this type."""
    import nbformat

    new = getattr(nbformat.v4, f"new_{cell_type}_cell")
    return new(source, id=cell_id, metadata=nbformat.from_dict(metadata))


def truncated_source(cell: Any) -> str:
    """Return the source of a cell, cut to a length that the pages people open can take."""
    if cell.cell_type == "code":
        lines = cell.source.split("\n")
        return "\n".join(
            _cut(line, LONG_LINE, " # [the rest of this line is cut]") for line in lines
        )
    return _cut(cell.source, LONG_TEXT, "\n\n[the rest of this text is cut]")


def _cut(text: str, most: int, notice: str) -> str:
    return text if len(text) <= most else text[:most] + notice
