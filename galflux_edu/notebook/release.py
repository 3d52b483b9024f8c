"""Merge what a student handed in with the released notebook.

Points, locks, tags and the source of locked cells come from the release, whatever the submission
says. The release holds no hidden line, so none can reach a kernel or a page.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import InputError
from .cells import is_answer
from .markdown import sanitise_markdown
from .submission import REPORT, new_cell, read_submission

COURSE = "nbgrader_config.py"  # lies at the root of a course
INSTALLED = Path(__file__).parent / "released"  # of the students' wheel

MISSING, REPEATED, RETYPED, CHANGED = "missing", "repeated", "retyped", "changed"
FLAGS = {  # for the person who grades
    MISSING: "`{}` was missing and is back.",
    REPEATED: "`{}` is there twice: the last one counts.",
    RETYPED: "`{}` was made a {} cell.",
}


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


def find_release(path: Path, notebook: Any) -> Path:
    """Return the folder of the release that the student's notebook at `path` was made of.

    Its name says which one, or else the questions in it. Releases lie in the course, or, where
    the students' wheel is installed, in this package.

    Raises
    ------
    InputError
        If there is none.
    """
    above = [*path.parents, *Path(__file__).resolve().parents]
    courses = [folder / "exercises" for folder in above if (folder / COURSE).is_file()]
    found = {
        folder.name: folder
        for place in reversed([*courses, INSTALLED])
        for folder in sorted(place.glob("*"))
        if (folder / f"{folder.name}.ipynb").is_file()
    }
    if path.stem in found:
        return found[path.stem]
    mine = _grade_ids(notebook)
    common = {name: len(mine & _grade_ids(read_release(found[name], name))) for name in found}
    name = max(common, key=common.__getitem__, default="")
    if not common.get(name):
        raise InputError(
            f"check: needed a notebook of this course ({', '.join(found) or 'none is here'}); "
            f"got {path}, which has none of its questions"
        )
    return found[name]


def _grade_ids(notebook: Any) -> set[str]:
    return {cell.metadata.nbgrader.grade_id for cell in notebook.cells if _is_known(cell)}


def read_merged(folder: Path, release: Path, name: str) -> Any:
    """Return the notebook `name` of a submission, merged with its release; both are folders.

    Raises
    ------
    InputError
        If the released notebook is not there.
    """
    submission = read_submission(folder / f"{name}.ipynb")
    return merge_with_release(submission, read_release(release, name))


def differences(notebook: Any, release: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield the cells of the release that a submission has otherwise, how, and their type there.

    How is `MISSING`, `REPEATED`, `RETYPED` or, of the source of a locked cell, `CHANGED`.
    """
    found: dict[str, list[Any]] = {}
    for cell in notebook.cells:
        if _is_known(cell):
            found.setdefault(cell.metadata.nbgrader.grade_id, []).append(cell)
    for cell in filter(_is_known, release.cells):
        mine = found.get(cell.metadata.nbgrader.grade_id)
        if mine is None:
            yield cell, MISSING, cell.cell_type
            continue
        kind = mine[-1].cell_type
        if len(mine) > 1:
            yield cell, REPEATED, kind
        if kind != cell.cell_type:
            yield cell, RETYPED, kind
        if not is_answer(cell) and mine[-1].source.strip() != cell.source.strip():
            yield cell, CHANGED, kind


def merge_with_release(notebook: Any, release: Any) -> Any:
    """Restore every cell of the release in a submitted notebook, in place, and return it.

    Cells that are missing come back where they belong; of a cell that is there twice the last one
    counts, and the others become cells of the student's own.
    """
    known = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if _is_known(cell)}
    if notebook.metadata[REPORT]["unreadable"]:
        notebook.cells = [_restored(cell, cell) for cell in release.cells]
    notebook.metadata[REPORT]["flags"] += [
        FLAGS[how].format(cell.metadata.nbgrader.grade_id, kind)
        for cell, how, kind in differences(notebook, release)
        if how in FLAGS
    ]
    place: dict[str, int] = {}
    for i, cell in enumerate(notebook.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in known:
            if grade_id in place:
                notebook.cells[place[grade_id]].metadata = {}
            place[grade_id] = i
        else:
            cell.metadata = {}
    for grade_id, i in place.items():
        notebook.cells[i] = _restored(known[grade_id], notebook.cells[i])
    end = 0
    for grade_id, cell in known.items():
        ids = [each.metadata.get("nbgrader", {}).get("grade_id") for each in notebook.cells]
        if grade_id in ids:
            end = ids.index(grade_id) + 1
        else:
            notebook.cells.insert(end, _restored(cell, cell))
            end += 1
    written = {cell.source for cell in release.cells}
    for cell in notebook.cells:
        if cell.cell_type != "code" and cell.source not in written:
            cell.source = sanitise_markdown(cell.source, cell.get("attachments", {}))
    notebook.metadata.kernelspec = release.metadata.get("kernelspec", {})
    return notebook


def _is_known(cell: Any) -> bool:
    return "nbgrader" in cell.metadata


def _restored(released: Any, submitted: Any) -> Any:
    """Return the released cell, with the student's source if it is a cell to write into."""
    if not is_answer(released):
        submitted = released
    cell = new_cell(released.cell_type, submitted.source, released.id, released.metadata)
    if cell.cell_type == "markdown" and "attachments" in submitted:
        cell.attachments = submitted.attachments
    return cell
