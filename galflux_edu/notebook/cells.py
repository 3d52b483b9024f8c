"""What the cells of a released notebook are for, as nbgrader's metadata say."""

from typing import Any


def is_test(cell: Any) -> bool:
    """Return whether `cell` is an autograded test cell."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(nbgrader.get("grade")) and not is_answer(cell)


def is_answer(cell: Any) -> bool:
    """Return whether a student writes into `cell`."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_graded(cell: Any) -> bool:
    """Return whether `cell` brings points, from a test or from a person."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def is_demo(cell: Any) -> bool:
    """Return whether `cell` is a locked one that takes minutes and that nobody grades."""
    return "demo" in cell.metadata.get("tags", ())
