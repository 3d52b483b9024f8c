"""What the cells of a released notebook are for, as nbgrader's metadata say."""

from typing import Any


def is_test(cell: Any) -> bool:
    """Return whether `cell` is an autograded test cell."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(nbgrader.get("grade")) and not is_answer(cell)


def is_answer(cell: Any) -> bool:
    """Return whether a student writes into `cell`."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
