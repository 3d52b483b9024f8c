"""The catalogue: one row a galaxy, seventeen columns, nothing taken on trust.

The columns are those of the PHYS378 galaxy-flux project: a disk (``_d``) and a bulge (``_b``),
each a Sersic profile. Radii are circularised half-light radii. A galaxy of one component has all
its light in the disk columns, and its bulge columns hold any valid shape.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from .. import sky
from ..errors import InputError
from ..files import replacing

ROUNDING = 1e-4  # what a column rounded to four decimals may differ from its definition


class Column(NamedTuple):
    """What a column holds: its unit, what its values must be in words, and as a test."""

    unit: str
    needed: str
    valid: Callable[[np.ndarray], np.ndarray]


def _any_number(unit: str = "") -> Column:
    return Column(unit, "a finite number", np.isfinite)


def _positive(unit: str) -> Column:
    return Column(unit, "a finite number above 0", lambda x: (x > 0) & np.isfinite(x))


def _is_plain(name: str) -> bool:
    """Return whether a name stays in the folder of images: no path, nothing hidden."""
    return name != "" and name[0] != "." and name.isprintable() and not {"/", "\\"} & set(name)


_SERSIC = Column("", "a Sersic index from 0.5 to 6", lambda x: (x >= 0.5) & (x <= 6))
_RATIO = Column("", "an axis ratio above 0 and at most 1", lambda x: (x > 0) & (x <= 1))
_FRACTION = Column("", "a fraction from 0 to 1", lambda x: (x >= 0) & (x <= 1))

COLUMNS = {
    "img_number": Column(
        "", "a whole number from 0", lambda x: (x >= 0) & (x < 2**53) & (x == np.floor(x))
    ),
    "num_components": Column("", "1 or 2", lambda x: (x == 1) | (x == 2)),
    "sersic_idx_d": _SERSIC,
    "R_e_d": _positive("arcsec"),
    "axis_ratio_d": _RATIO,
    "PA_d": _any_number("deg"),
    "flux_frac_d": _FRACTION,
    "sersic_idx_b": _SERSIC,
    "R_e_b": _positive("arcsec"),
    "axis_ratio_b": _RATIO,
    "PA_b": _any_number("deg"),
    "flux_frac_b": _FRACTION,
    "total_flux": _positive("ADU"),
    "log_total_flux": _any_number("dex(ADU)"),
    "file_name": Column("", "the plain name of a file", lambda x: [_is_plain(name) for name in x]),
    "R_e": _positive("arcsec"),
    "bt": _FRACTION,
}
"""The seventeen columns in the order of the file."""

OPTIONAL = {"psf_fwhm_arcsec": _positive("arcsec"), "sky_sigma_adu": _positive("ADU")}
"""Columns of surveys whose seeing or sky differs from galaxy to galaxy."""

_WHOLE = ("img_number", "num_components")


def read_catalogue(path: Path | str) -> pd.DataFrame:
    """Read a catalogue and check every value of it.

    Parameters
    ----------
    path
        A CSV file in UTF-8 with a header that names at least the columns of `COLUMNS`.

    Returns
    -------
    One row a galaxy, in the order of the file. Columns beyond the seventeen are kept.

    Raises
    ------
    InputError
        If the file cannot be read, or for the first fault `check_catalogue` finds.
    """
    try:
        # As text, so that a message can quote the file and every float is exact.
        text = pd.read_csv(Path(path), dtype=object, keep_default_na=False)
    except OSError as error:
        raise InputError(f"{path}: needed a catalogue to read; got '{error.strerror}'") from error
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path}: needed a header and rows; got an empty file") from error
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: needed a CSV table in UTF-8; got {error}".rstrip()) from error
    return check_catalogue(text, str(path))


def write_catalogue(frame: pd.DataFrame, path: Path | str) -> None:
    """Write a checked catalogue as CSV; every float comes back exactly.

    Parameters
    ----------
    frame
        A catalogue as `read_catalogue` returns it.
    path
        The file, replaced only when it is complete.

    Raises
    ------
    InputError
        For the first fault `check_catalogue` finds, or if `path` cannot be written.
    """
    frame = check_catalogue(frame, str(path))
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False)


def generate_catalogue(survey: sky.Survey, number: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a catalogue of `number` galaxies from the parameter ranges of a survey.

    The combined half-light radius ``R_e`` is computed from the profiles
    (`galflux_edu.sky.half_light_radius`), not drawn.

    Parameters
    ----------
    survey
        A preset, e.g. ``sky.survey("hsc")``.
    number
        Number of galaxies, at least 1.
    rng
        Source of randomness; the same state gives the same catalogue.

    Returns
    -------
    All columns of `COLUMNS`, then any of `OPTIONAL` that the survey draws. Files are named
    ``000000.png``, ``000001.png`` and so on.

    Raises
    ------
    InputError
        If `number` is below 1.
    """
    columns = survey.draw_galaxies(rng, number)
    derived = {
        "img_number": np.arange(number),
        "log_total_flux": np.log10(columns["total_flux"]),
        "file_name": [f"{i:06d}.png" for i in range(number)],
        "R_e": sky.half_light_radius(columns),
        "bt": columns["flux_frac_b"],
    }
    frame = pd.DataFrame({**columns, **derived})
    order = [*COLUMNS, *(name for name in frame if name not in COLUMNS)]
    return check_catalogue(frame[order], f"catalogue of {survey.name}")


def check_catalogue(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the catalogue with every column in its type, or point at the first fault.

    Parameters
    ----------
    frame
        Columns of numbers or of text that spells them.
    where
        What the messages name first, such as the path of the file.

    Raises
    ------
    InputError
        If a column is missing, there is no row, a value is not what its column needs, a
        ``file_name`` occurs twice, or columns contradict each other (``flux_frac_d`` +
        ``flux_frac_b`` = 1, ``bt`` = ``flux_frac_b``, ``log_total_flux`` =
        log10(``total_flux``)). Rows are counted from 1, the first row under the header.
    """
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        needed = f"needed the {len(COLUMNS)} columns of the catalogue"
        raise InputError(f"{where}: {needed}; got none called {', '.join(missing)}")
    if frame.empty:
        raise InputError(f"{where}: needed at least one row; got none")
    checked = {}
    for name in frame:
        rule = COLUMNS.get(name) or OPTIONAL.get(name)
        if rule is None:
            checked[name] = _as_numbers_if_possible(frame[name])
            continue
        if name == "file_name":
            values = frame[name].fillna("").astype(str).to_numpy(object)
        else:
            values = _numbers(frame[name], where, rule.needed)
        _fail_at_first(~np.asarray(rule.valid(values)), where, name, rule.needed, frame[name])
        checked[name] = values.astype(np.int64) if name in _WHOLE else values
    checked = pd.DataFrame(checked)
    _check_consistency(checked, where)
    return checked


def _check_consistency(frame: pd.DataFrame, where: str) -> None:
    """Raise InputError where columns contradict each other."""
    name = frame["file_name"]
    _fail_at_first(name.duplicated(), where, "file_name", "a name of its own for every row", name)
    expected = {
        "log_total_flux": ("log10 of total_flux", np.log10(frame["total_flux"])),
        "flux_frac_b": ("1 - flux_frac_d", 1 - frame["flux_frac_d"]),
        "bt": ("the same as flux_frac_b", frame["flux_frac_b"]),
    }
    for column, (meaning, value) in expected.items():
        wrong = np.abs(frame[column] - value) > ROUNDING
        if wrong.any():
            needed = f"{value[wrong.idxmax()]:.6g} ({meaning})"
            _fail_at_first(wrong, where, column, needed, frame[column])
    dark = (frame["num_components"] == 1) & (frame["flux_frac_b"] > ROUNDING)
    needed = "0, the bulge of a galaxy of one component"
    _fail_at_first(dark, where, "flux_frac_b", needed, frame["flux_frac_b"])


def _numbers(column: pd.Series, where: str, needed: str) -> np.ndarray:
    """Return a column as float64, or raise InputError at its first cell that is no number."""
    cells = column.to_numpy()
    try:
        return cells.astype(np.float64)
    except (TypeError, ValueError):
        _fail_at_first([not _is_number(cell) for cell in cells], where, column.name, needed, column)
        raise


def _is_number(cell: object) -> bool:
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def _as_numbers_if_possible(column: pd.Series) -> np.ndarray:
    cells = column.to_numpy()
    if cells.dtype != object:
        return cells
    for kind in (np.int64, np.float64):
        try:
            return np.where(cells == "", "nan", cells).astype(kind)
        except (TypeError, ValueError, OverflowError):
            continue
    return cells


def _fail_at_first(wrong, where: str, name: str, needed: str, got: pd.Series) -> None:
    """Raise InputError that names the first row in which `wrong` is true, if there is one."""
    wrong = np.asarray(wrong)
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    value = got.iloc[row]
    if isinstance(value, str):
        value = repr(value) if value else "an empty cell"
    raise InputError(f"{where}, row {row + 1}, column {name}: needed {needed}; got {value}")
