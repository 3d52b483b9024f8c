"""Reports are read back: JSON by its rules, tables by their columns, pages as HTML."""

import base64
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from galflux_edu.errors import InputError
from galflux_edu.reports import Picture, Row, Section, Table, html_report, rows_to_json, text_table

# ---- rows


def test_json_has_exactly_the_agreed_names():
    rows = [
        Row("A", "honest", "pixel-sum", "mse_dex2", 1.7e-4),
        Row("A", "published", "flux-cnn", "mse_dex2", np.float64(0.0037), 0.0388),
    ]
    report = rows_to_json(rows, "galflux quickstart --seed 3", seed=3, seconds=84)
    line = json.dumps(report, allow_nan=False)
    assert json.loads(line) == {
        "rows": [
            {
                "system": "A",
                "protocol": "honest",
                "model": "pixel-sum",
                "metric": "mse_dex2",
                "ours": 1.7e-4,
            },
            {
                "system": "A",
                "protocol": "published",
                "model": "flux-cnn",
                "metric": "mse_dex2",
                "ours": 0.0037,
                "published": 0.0388,
            },
        ],
        "command": "galflux quickstart --seed 3",
        "seed": 3,
        "seconds": 84.0,
    }
    assert "\n" not in line


def test_rows_refuse_what_json_could_not_say():
    message = "Row.protocol: needed one of published, honest, ablation; got 'lucky'"
    with pytest.raises(ValueError, match=f"^{message}$"):
        Row("A", "lucky", "flux-cnn", "mse_dex2", 0.1)
    for name, numbers in (("ours", (np.nan, 0.1)), ("published", (0.1, np.nan))):
        message = f"Row.{name}: needed a finite number for mse_dex2 of flux-cnn; got nan"
        with pytest.raises(ValueError, match=f"^{message}$"):
            Row("A", "honest", "flux-cnn", "mse_dex2", *numbers)
    with pytest.raises(ValueError, match=r"^rows_to_json: needed finite seconds; got inf$"):
        rows_to_json([], "galflux", seed=1, seconds=np.inf)


# ---- tables


def test_columns_line_up():
    table = text_table(
        ["model", "MSE [dex²]", "bias", "images/s", "published"],
        [
            ["pixel sum", 0.000171, -0.021, 152340, None],
            ["flux CNN", 0.00371, 0.1122, 412, "0.0388"],
            ["catalogue", 0.179, 0.003, 1200000, "0.179"],
        ],
    )
    assert table.splitlines() == [
        "model      MSE [dex²]      bias   images/s  published",
        "---------  ----------  --------  ---------  ---------",
        "pixel sum    1.71e-04  -0.02100    152,340          -",
        "flux CNN     3.71e-03   0.11220        412     0.0388",
        "catalogue    1.79e-01   0.00300  1,200,000      0.179",
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([0.0388, 0.0489, 0.0], ["0.0388", "0.0489", "0.0000"]),
        ([12345.678, 2000.0], ["12,346", "2,000"]),
        ([0.0], ["0.00"]),
        ([1e-9, 1.0], ["1.00e-09", "1.00e+00"]),
        (["0.0388, 0.0489", "-1,000", "+3%", ""], ["0.0388, 0.0489", "-1,000", "+3%", ""]),
        ([np.float32(0.5), np.int64(7)], ["0.500", "7"]),
        (["a", 1.0, None], ["a", "1.00", "-"]),
    ],
)
def test_one_format_a_column(cells, expected):
    ((written, numeric),) = Table(["x"], [[cell] for cell in cells]).columns
    assert written == expected
    assert numeric == (cells[0] != "a")


def test_tables_refuse_ragged_rows_and_numbers_that_are_none():
    message = "Table: needed 2 cells in every row; got 1 in ['x']"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        text_table(["a", "b"], [["x"]])
    message = "Table: needed finite numbers; got the row ['x', nan]"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        text_table(["a", "b"], [["x", float("nan")]])


# ---- pages


class Reader(HTMLParser):
    """Collects what a page holds, and fails if a tag is left open or closed twice."""

    VOID = ("meta", "source", "img")

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def _png(colour, size=(648, 432)):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "new" / "report.html"
    html_report(
        path,
        "Flux <of> galaxies & noise",
        [
            Section(
                "The result",
                ["One galaxy in ten."],
                Table(["model", "MSE"], [["pixel <sum>", 1.71e-4], ["CNN", 0.5]], "A caption"),
                [Picture(_png("white"), _png("black"), 'a "white" box', "A picture")],
            ),
            Section("Nothing but a heading"),
        ],
        command="galflux quickstart --out 'a & b'",
        summary="It works.",
        metadata={"seed": 3},
    )
    return path.read_text(encoding="utf-8")


def test_page_is_one_file_that_loads_nothing(page):
    reader = Reader(page)
    addresses = [
        value
        for _, attributes in reader.tags
        for name, value in attributes.items()
        if name in ("src", "srcset", "href", "action", "data", "poster")
    ]
    assert len(addresses) == 2
    assert all(address.startswith("data:image/png;base64,") for address in addresses)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in reader.tags}
    assert "url(" not in page
    assert "@import" not in page


def test_pictures_have_two_variants_a_size_and_words(page):
    reader = Reader(page)
    (dark,), (light,) = reader.all("source"), reader.all("img")
    assert dark["media"] == "screen and (prefers-color-scheme: dark)"
    assert base64.b64decode(dark["srcset"].split(",")[1]) == _png("black")
    assert base64.b64decode(light["src"].split(",")[1]) == _png("white")
    assert light["alt"] == 'a "white" box'
    assert (light["width"], light["height"]) == ("432", "288")  # 144 dots an inch on 96


def test_page_says_what_it_was_given_and_escapes_it(page):
    reader = Reader(page)
    text = " ".join(" ".join(reader.text).split())
    for words in (
        "Flux <of> galaxies & noise",
        "It works.",
        "One galaxy in ten.",
        "pixel <sum>",
        "A caption",
        "A picture",
        "How to reproduce this page galflux quickstart --out 'a & b' seed 3",
    ):
        assert words in text
    assert "<of>" not in page
    assert reader.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in reader.all(
        "meta"
    )


def test_numbers_are_typeset_and_stand_to_the_right(page):
    assert '<td class="number">1.71&nbsp;×&nbsp;10<sup>−4</sup></td>' in page
    assert '<th scope="col" class="number">MSE</th>' in page
    assert '<th scope="row">CNN</th>' in page


def test_minus_signs_and_gaps_are_typeset(tmp_path):
    table = Table(["a", "b", "c"], [["x-y", -0.5, None], ["-", -2, "5e-7, 1e+12"]])
    html_report(tmp_path / "r.html", "t", [Section("s", table=table)], command="c")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page)[3:]
    powers = "5&nbsp;×&nbsp;10<sup>−7</sup>, 1&nbsp;×&nbsp;10<sup>12</sup>"
    assert cells == ["x-y", "−0.500", "–", "-", "−2", powers]


def test_the_same_report_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        html_report(tmp_path / name, "t", [Section("s", ["p"])], command="c")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_older_page_survives_a_failure(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("older")
    with pytest.raises(InputError, match=r"^html_report: needed at least one section; got none$"):
        html_report(path, "t", [], command="c")
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]
