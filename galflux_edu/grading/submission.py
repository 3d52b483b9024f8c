"""Read what a student handed in, whatever it is, and lay it on the released notebook.

Of a submission three things are believed: the kind of each cell, its source, and which cell of
the released notebook it says it is. Everything else comes from the release: points, locks, tags
and the source of locked cells. The release holds no hidden line, so none can reach a kernel or a
page.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import InputError

REPORT = "galflux"  # the key of the grader's report in the metadata of a notebook
CELL_TYPES = ("code", "markdown", "raw")
PICTURES = ("image/png", "image/jpeg")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
# What Markdown obeys: tags, letters spelt as entities, links that run something.
ACTIVE = r"<(?=[A-Za-z/!?])|&(?=#|\w+;)|(?:javascript|vbscript|data|file)(?=\\?:)"
# Nor can a page be made if a picture is not there; and shown a thousand times it is a thousand.
PICTURE = r"(?<=\]\()attachment(?=:(?P<picture>[\w.-]{1,100})[)\s])|attachment(?=\\?:)"
OBEYED = re.compile(f"{ACTIVE}|{PICTURE}", re.IGNORECASE)
# The line that the build puts into solutions; who hands in a solution hands it in too.
HIDDEN = re.compile(
    r"^(### (BEGIN|END) HIDDEN TESTS|from galflux_edu\.grading import grade; ).*\n?", re.MULTILINE
)
WORD_JOINER = "\u2060"  # it shows nothing and breaks no line
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
    """Return one cell as a notebook node, with nothing but what is believed."""
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
    cell = _new_cell(
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


def _new_cell(cell_type: str, source: str, cell_id: str, metadata: dict) -> Any:
    import nbformat

    new = getattr(nbformat.v4, f"new_{cell_type}_cell")
    return new(source, id=cell_id, metadata=nbformat.from_dict(metadata))


def shown(cell: Any) -> str:
    """Return the source of a cell for the pages that people open, which take their time over it."""
    if cell.cell_type == "code":
        lines = cell.source.split("\n")
        return "\n".join(
            _cut(line, LONG_LINE, " # [the rest of this line is cut]") for line in lines
        )
    return _cut(cell.source, LONG_TEXT, "\n\n[the rest of this text is cut]")


def _cut(text: str, most: int, notice: str) -> str:
    return text if len(text) <= most else text[:most] + notice


def read_release(folder: Path, name: str) -> Any:
    """Return the released notebook `name` of a problem set.

    Raises
    ------
    InputError
        If it is not there.
    """
    import nbformat

    path = folder / f"{name}.ipynb"
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise InputError(
            f"grade: needed the released notebook {path}, which galflux course build makes; "
            f"got '{type(error).__name__}'"
        ) from error


def laid_on_release(folder: Path, release: Path, name: str) -> Any:
    """Return the notebook `name` of a submission, whole again; both arguments are folders.

    Raises
    ------
    InputError
        If the released notebook is not there.
    """
    return rebuild(read_submission(folder / f"{name}.ipynb"), read_release(release, name))


def rebuild(notebook: Any, release: Any) -> Any:
    """Make every cell of the release whole again in a submitted notebook, in place.

    Cells that are missing come back where they belong; of a cell that is there twice the last one
    counts, and the others become cells of the student's own.
    """
    known = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if _is_known(cell)}
    flags = notebook.metadata[REPORT]["flags"]
    if notebook.metadata[REPORT]["unreadable"]:
        notebook.cells = [_restored(cell, cell) for cell in release.cells]
    place: dict[str, int] = {}
    for i, cell in enumerate(notebook.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in known:
            if grade_id in place:
                flags.append(f"`{grade_id}` is there twice: the last one counts.")
                notebook.cells[place[grade_id]].metadata = {}
            place[grade_id] = i
        else:
            cell.metadata = {}
    for grade_id, i in place.items():
        if notebook.cells[i].cell_type != known[grade_id].cell_type:
            flags.append(f"`{grade_id}` was made a {notebook.cells[i].cell_type} cell.")
        notebook.cells[i] = _restored(known[grade_id], notebook.cells[i])
    end = 0
    for grade_id, cell in known.items():
        ids = [each.metadata.get("nbgrader", {}).get("grade_id") for each in notebook.cells]
        if grade_id in ids:
            end = ids.index(grade_id) + 1
        else:
            flags.append(f"`{grade_id}` was missing and is back.")
            notebook.cells.insert(end, _restored(cell, cell))
            end += 1
    written = {cell.source for cell in release.cells}
    for cell in notebook.cells:
        if cell.cell_type != "code" and cell.source not in written:
            cell.source = _harmless(cell.source, cell.get("attachments", {}))
    notebook.metadata.kernelspec = release.metadata.get("kernelspec", {})
    return notebook


def _harmless(text: str, pictures: Iterable[str]) -> str:
    """Return `text` with what is active in it shown instead of obeyed, on the pages people open.

    Each of the `pictures` is shown where it comes first.
    """
    left = set(pictures)

    def shown(found: re.Match[str]) -> str:
        if found["picture"] in left:
            left.remove(found["picture"])
            return found[0]
        return found[0] + WORD_JOINER

    return OBEYED.sub(shown, text)


def _is_known(cell: Any) -> bool:
    return "nbgrader" in cell.metadata


def _restored(released: Any, submitted: Any) -> Any:
    """Return the released cell, with the student's source if it is a cell to write into."""
    nbgrader = released.metadata.get("nbgrader", {})
    if not nbgrader.get("solution"):
        submitted = released
    cell = _new_cell(released.cell_type, submitted.source, released.id, released.metadata)
    if cell.cell_type == "markdown" and "attachments" in submitted:
        cell.attachments = submitted.attachments
    return cell
