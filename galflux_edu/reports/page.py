"""A report as one page that holds everything."""

import base64
import re
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..errors import InputError
from ..files import replacing
from .tables import Table, is_number


@dataclass(frozen=True)
class Picture:
    """Hold a picture of a report, drawn for light and for dark pages.

    Parameters
    ----------
    light, dark
        PNG files, as `plots.in_both_themes` makes them.
    alt
        What the picture shows, for those who cannot see it.
    caption
        The line under it.
    """

    light: bytes
    dark: bytes
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Listing:
    """Hold a piece of code as it stands.

    Parameters
    ----------
    title
        Whose it is.
    lines
        Its lines, without newlines at their ends.
    highlighted
        Which of them stand out; the first is 0.
    """

    title: str
    lines: Sequence[str]
    highlighted: Collection[int] = ()


@dataclass(frozen=True)
class Section:
    """Hold one section of a report: a heading, then what there is of the rest, in this order.

    Listings stand side by side, or one below the other on a phone.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    table: Table | None = None
    pictures: Sequence[Picture] = ()
    listings: Sequence[Listing] = ()


def html_report(
    path: Path | str,
    title: str,
    sections: Sequence[Section],
    *,
    command: str,
    summary: str = "",
    metadata: Mapping[str, str | int | float] | None = None,
) -> None:
    """Write one page that holds everything: text, tables and pictures, nothing to load.

    It follows the reader's light or dark setting, fits a phone and prints.

    Parameters
    ----------
    path
        Where to write; an older page is replaced once the new one is complete.
    title
        What the page is about.
    sections
        In reading order.
    command
        The exact command line that reproduces the page.
    summary
        The answer in a sentence or two, under the title.
    metadata
        What else one needs to reproduce it, by name: seed, versions, machine, time.

    Raises
    ------
    InputError
        If there are no sections.
    """
    if not sections:
        raise InputError("html_report: needed at least one section; got none")
    page = _ENVIRONMENT.get_template("report.html").render(
        title=title, sections=sections, command=command, summary=summary, metadata=metadata or {}
    )
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _typeset(text: str) -> str:
    """Return numbers with a true minus and powers of ten; anything else unchanged."""
    if not is_number(text):
        return text
    if text == "-":
        return "–"
    # Nothing here needs escaping: a number is made of digits, signs, points and commas.
    power = r"e([-+])0*(\d+)"
    text = re.sub(power, r"&nbsp;×&nbsp;10<sup>\1\2</sup>", text)
    return Markup(text.replace("<sup>+", "<sup>").replace("-", "−"))  # noqa: S704


def _data_address(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _css_size(png: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG drawn at 144 dots an inch, in CSS pixels (96)."""
    width, height = struct.unpack(">II", png[16:24])
    return round(width / 1.5), round(height / 1.5)


_ENVIRONMENT = Environment(
    loader=PackageLoader("galflux_edu.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "css_size": _css_size,
    "data_address": _data_address,
    "longest": lambda cells: max(map(len, cells)),
    "typeset": _typeset,
}
