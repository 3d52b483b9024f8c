"""Tables whose numbers stand in line."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real

Cell = str | Real | None


@dataclass(frozen=True)
class Table:
    """Hold a table: words go to the left, numbers to the right.

    The floating-point numbers of a column share one format, three digits for the smallest, so
    that their decimal points stand in line; a column that spans more than two decades is written
    in powers of ten. Numbers given as text keep their own format. None is shown as a dash.

    Parameters
    ----------
    header
        Names of the columns, with units.
    rows
        One cell per column each; numbers finite.
    caption
        The line under the table, on a page.
    bars
        Names of columns of percentages, written as text (``"83%"``), that a page draws as bars.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than the header, or a number is not finite.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    bars: Sequence[str] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(
                    f"Table: needed {len(self.header)} cells in every row; "
                    f"got {len(row)} in {list(row)}"
                )
            if any(not isinstance(cell, str | None) and not math.isfinite(cell) for cell in row):
                raise ValueError(f"Table: needed finite numbers; got the row {list(row)}")

    @property
    def columns(self) -> list[tuple[list[str], bool]]:
        """Each column's cells as text, and whether they are numbers."""
        columns = [_format([row[i] for row in self.rows]) for i in range(len(self.header))]
        return [(cells, all(map(is_number, cells))) for cells in columns]


def text_table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return a `Table` for the terminal, without a newline at the end.

    Parameters
    ----------
    header, rows
        As in `Table`.

    Raises
    ------
    ValueError
        As `Table` does.

    Examples
    --------
    >>> print(text_table(["model", "MSE [dex2]"], [["flux CNN", 0.0037], ["mean", 0.179]]))
    model     MSE [dex2]
    --------  ----------
    flux CNN     0.00370
    mean         0.17900
    """
    columns = []
    for name, (cells, numeric) in zip(header, Table(header, rows).columns, strict=True):
        width = max(map(len, [name, *cells]))
        lines = [name, "-" * width, *cells]
        columns.append([line.rjust(width) if numeric else line.ljust(width) for line in lines])
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))


def is_number(text: str) -> bool:
    """Say whether a cell goes to the right: numbers, a dash or nothing."""
    number = r"[-+]?\d[\d,]*(\.\d+)?(e[-+]\d+)?%?"
    return re.fullmatch(rf"({number}(, {number})*|-|)", text) is not None


def _format(cells: Sequence[Cell]) -> list[str]:
    """Write a column, its floating-point numbers all in one format."""
    sizes = [abs(x) for x in cells if x and not isinstance(x, str | Integral)]
    smallest, largest = min(sizes, default=1.0), max(sizes, default=1.0)
    decimals = max(0, 2 - math.floor(math.log10(smallest)))
    style = f",.{decimals}f" if largest < 100 * smallest else ".2e"

    def text(cell: Cell) -> str:
        if cell is None:
            return "-"
        if isinstance(cell, str):
            return cell
        return f"{cell:,}" if isinstance(cell, Integral) else f"{cell:{style}}"

    return [text(cell) for cell in cells]
