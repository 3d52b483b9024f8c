"""What can be done to the cells of a notebook: each function changes them in place."""

import copy
import random
from collections.abc import Callable

from .json_mutations import Tree

CELL_TYPES = ("code", "markdown", "raw", "heading", "Code", "")
TAGS = ("demo", "skip-execution", "raises-exception", "hide_input", "remove_cell", "\ud800")
IDS = ("", "own-0", "galflux-banner", "x" * 65, "\u00fc \u20ac", "../../x", "tools", 7, None)
GRADES = {
    "points": (100, 1e300, -1, 0, "100", None, [100], True),
    "grade": (True, False, "true", None),
    "solution": (True, False, 1),
    "locked": (True, False, 0),
    "task": (True, False),
    "schema_version": (1, 2, 3, 99, "3", None),
    "cell_type": CELL_TYPES,
    "checksum": ("0" * 32, "", None),
}
SCORES = ("90.0", "100", "1e300", "NaN", "inf", "-1", "True", "[90.0]", "90.0\n", "0x5a")
CODE = (
    *("%time x = 1", "%%time\nx = 1", "%%bash\nls", "%load_ext x", "%reset -f", "%%javascript\nx"),
    *("!ls /", "?print", "print?", "%pylab", "%%writefile a.py\nx", "%autoreload 2", "%%", "%"),
    *("!", "def f(", "x = (1,\n", "'''", "return 1", "x = = 1", "if True:", "\tx = 1\n  y"),
    *("lambda: (yield)", "raise SystemExit", "1 / 0", "exit()", "del np", "import nothing"),
    *("await 1", "print('x' * 10**5)", "9" * 5000, "(" * 300, "-" * 4000 + "1", "x" + ".a" * 4000),
    *("[" * 90 + "]" * 90, "1" + "+1" * 4000, "x = '" + "a" * 50_000 + "'", "#" + " x" * 30_000),
    *("f'{" * 50, "\\", "\f", "# coding: utf-16", "\\d", "\u200b", "x\u0301 = 1", "\u202ex = 1"),
    *("\ufeffx = 1", "x = '\U0001f600'", "a\0b", "\ud800", "\x1a"),
    *("### BEGIN HIDDEN TESTS\nx = 1\n### END HIDDEN TESTS", "### BEGIN SOLUTION"),
    *("### END SOLUTION", "from galflux_edu.grading import grade; grade('x', 'y', globals())"),
    "import jax\njax.grad",
)
TEXT = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:x)", "![](x)"),
    *("![](attachment:a.png)", "[p]: attachment:a.png\n![][p]", "![](attachment:%61.png)"),
    *("attachment:", "$" * 500, "$$\\frac{1}{2}", "\\begin{a}" * 500, "\\\\(" * 500, "`" * 501),
    *("*" * 999, "_a" * 500, "> " * 200 + "a", "- " * 200, "#" * 50, "|a|b|\n|-|-|\n" * 99),
    *("[" * 999, "[^1]: x\n[^1]", "&#x3c;b>", "    code\n\t\tcode", "---\n" * 99, "a\u0301" * 999),
    *("\u202e", "\0", "\ud800", "http://" * 99, "\\"),
)
PICTURES = ("a.png", "\u00fc.png", "", "../a.png", "a" * 200, "\ud800", "a)b", "image/png")
MIMES = ("image/png", "image/jpeg", "image/svg+xml", "text/html", "", "\0")
DATA = ("aGVsbG8=", "", "<b>", "\ud800", 7, ["aGVs", "bG8="], {}, None, "A" * 10_000)

Cells = list[Tree]
Change = Callable[[random.Random, Cells], None]


def some(rng: random.Random, cells: Cells) -> Cells:
    """Return one cell, a few of them, or all."""
    return rng.sample(cells, min(len(cells), rng.choice((1, 1, 3, 10, len(cells)))))


def _shuffle(rng: random.Random, cells: Cells) -> None:
    if rng.random() < 0.5:
        rng.shuffle(cells)
    elif cells:
        cells.insert(rng.randrange(len(cells)), cells.pop(rng.randrange(len(cells))))


def _drop(rng: random.Random, cells: Cells) -> None:
    gone = {id(cell) for cell in some(rng, cells)}
    cells[:] = [cell for cell in cells if id(cell) not in gone]


def _double(rng: random.Random, cells: Cells) -> None:
    for cell in some(rng, cells):
        for _ in range(rng.choice((1, 1, 2, 5))):
            cells.insert(rng.randint(0, len(cells)), copy.deepcopy(cell))


def _retype(rng: random.Random, cells: Cells) -> None:
    for cell in some(rng, cells):
        cell["cell_type"] = rng.choice(CELL_TYPES[: rng.choice((3, 3, 3, 6))])


def _change_ids(rng: random.Random, cells: Cells) -> None:
    for cell in some(rng, cells):
        cell["id"] = rng.choice((*IDS, rng.choice(cells).get("id")))
        if rng.random() < 0.3:
            del cell["id"]


def _attach(rng: random.Random, cells: Cells) -> None:
    for cell in some(rng, cells):
        names = rng.choices(PICTURES, k=rng.choice((1, 2, 5)))
        cell["attachments"] = {each: {rng.choice(MIMES): rng.choice(DATA)} for each in names}
        if cell["cell_type"] == "markdown":
            cell["source"] += "\n\n" + "\n".join(f"![x](attachment:{name})" for name in names)


def _change_grades(rng: random.Random, cells: Cells) -> None:
    for cell in some(rng, cells):
        nbgrader = cell["metadata"].setdefault("nbgrader", {})
        for name in rng.sample(tuple(GRADES), rng.randint(1, len(GRADES))):
            nbgrader[name] = rng.choice(GRADES[name])


def _exchange_grade_ids(rng: random.Random, cells: Cells) -> None:
    """Let cells pass for others, for none, or for none that there is."""
    known = [cell for cell in cells if "grade_id" in cell["metadata"].get("nbgrader", {})]
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in known]
    for cell in some(rng, known):
        name = rng.choice((rng.choice(names), "none", "", 7, None, "\ud800", [names[0]]))
        cell["metadata"]["nbgrader"]["grade_id"] = name
        if rng.random() < 0.2:
            del cell["metadata"]["nbgrader"]


def _change_tags(rng: random.Random, cells: Cells) -> None:
    for cell in some(rng, cells):
        tags = rng.choice((rng.sample(TAGS, 2), "demo", 7, None, [["demo"]], {"demo": True}))
        cell["metadata"] |= {"tags": tags, "galflux": {"unreadable": ""}, "editable": False}


def _forge_outputs(rng: random.Random, cells: Cells) -> None:
    for cell in some(rng, cells):
        data = {rng.choice(("text/plain", "text/html", "image/png")): rng.choice(SCORES)}
        result = {
            "output_type": "execute_result",
            "data": data,
            "metadata": {},
            "execution_count": 1,
        }
        stream = {"output_type": "stream", "name": "stdout", "text": rng.choice((*SCORES, 7, None))}
        cell["outputs"] = rng.choice(
            ([result], [stream, result], [result] * 300, result, None, "90.0")
        )
        cell["execution_count"] = rng.choice((None, 1, -1, 2**70, "1"))


CELLS: dict[str, Change] = {
    "cells: attachments": _attach,
    "cells: ids": _change_ids,
    "outputs: forged": _forge_outputs,
    "metadata: points and locks": _change_grades,
    "metadata: tags": _change_tags,
    "metadata: grade ids": _exchange_grade_ids,
}


def _written(rng: random.Random, cells: Cells) -> Tree:
    """Return a cell to write into: an answer, any cell, or a new one."""
    answers = [each for each in cells if each["metadata"].get("nbgrader", {}).get("solution")]
    if cells and rng.random() < 0.7:
        return rng.choice(answers or cells) if rng.random() < 0.7 else rng.choice(cells)
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "source": "",
        "id": f"new-{len(cells)}",
    }
    cells.insert(rng.randint(0, len(cells)), cell)
    return cell


def _write(rng: random.Random, cell: Tree, text: str) -> None:
    """Put `text` in front of a source, behind it, in the middle of it, or in its place."""
    lines = cell["source"].split("\n")
    at = rng.choice((0, len(lines), rng.randint(0, len(lines))))
    keep = rng.random() < 0.7
    cell["source"] = "\n".join([*lines[:at], text, *lines[at:]]) if keep else text


def _write_code(rng: random.Random, cells: Cells, _: tuple[str, ...]) -> None:
    for _ in range(rng.randint(1, 3)):
        _write(rng, _written(rng, cells), rng.choice(CODE))


def _splice(rng: random.Random, cells: Cells, known: tuple[str, ...]) -> None:
    """Put hostile code into a cell, or a piece of it."""
    lines = rng.choice(known or CODE).split("\n")
    start, end = sorted((rng.randint(0, len(lines)), rng.randint(0, len(lines))))
    _write(rng, _written(rng, cells), "\n".join(lines if rng.random() < 0.5 else lines[start:end]))


def _move_lines(rng: random.Random, cells: Cells, _: tuple[str, ...]) -> None:
    """Shuffle, drop and repeat the lines of a source; take them from other cells too."""
    cell = _written(rng, cells)
    lines = "\n".join((cell["source"], rng.choice(cells)["source"])).split("\n")
    cell["source"] = "\n".join(rng.choices(lines, k=rng.randint(1, len(lines))))


SOURCES: dict[str, Callable[[random.Random, Cells, tuple[str, ...]], None]] = {
    "cells: order": lambda rng, cells, _: _shuffle(rng, cells),
    "cells: dropped": lambda rng, cells, _: _drop(rng, cells),
    "cells: doubled": lambda rng, cells, _: _double(rng, cells),
    "cells: retyped": lambda rng, cells, _: _retype(rng, cells),
    "sources: odd code": _write_code,
    "sources: hostile code": _splice,
    "sources: lines moved": _move_lines,
}


def _write_text(rng: random.Random, cells: Cells) -> None:
    texts = [cell for cell in cells if cell["cell_type"] != "code"] or [_written(rng, cells)]
    for cell in some(rng, texts):
        _write(rng, cell, rng.choice(TEXT) * rng.choice((1, 1, 1, 20)))


CELLS["sources: text"] = _write_text


def _largest(rng: random.Random, cells: Cells) -> None:
    """Go up to what the reader takes, and somewhat beyond."""
    cell, many = _written(rng, cells), rng.choice((1, 1, 3))
    text = rng.choice(("x", "a.", "x\n", "\u20ac", "<b", "attachment:")) * 80_000
    pieces = [rng.choice(([], {}, "\u0100", 1.5, 1000, "ab"))] * rng.randint(300_000, 2_000_000)
    names = [f"a{i}" for i in range(rng.randint(1000, 100_000))]
    shown = {"a.png": {"image/png": "A" * rng.randint(1, 20_000_000)}}
    large = (
        {"source": text * many},
        {"outputs": [rng.choice(("x", "\U0001f600", "\u0100")) * 7_000_000 * many]},
        {"outputs": pieces * many},
        {"cell_type": "markdown", "source": "![](attachment:a.png)" * 900, "attachments": shown},
        {
            "cell_type": "markdown",
            "source": "attachment:b" * 20_000 * many,
            "attachments": {name: {"image/png": "A"} for name in names},
        },
    )
    cell |= rng.choice(large)
    if rng.random() < 0.2:
        cells += [{"cell_type": "code", "source": "", "metadata": {}}] * rng.randint(1900, 2010)


SIZES = {"sizes: up to the limit": _largest}
