"""The house stands: imports run downward, and each room keeps to its own tools."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "galflux_edu"
FILES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    0: ("engine", "errors", "files", "special", "trees"),
    1: ("nn", "losses", "optim", "gradcheck", "sky", "testing"),
    2: ("datasets", "metrics", "train"),
    3: ("models", "flux", "baselines", "measure"),
    4: ("plots", "reports"),
    5: ("notebook", "course", "grading", "workflows", "live", "cli"),
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
LEARNING = {"nn", "losses", "optim", "gradcheck"}

# Who may import what else the house is built with.
ONLY_IN = {"jax": {"engine"}, "matplotlib": {"plots"}}

# Everyone else is handed arrays and frames. The upper floors write pages and results, not data.
MAY_OPEN_FILES = {"datasets", "files", "testing", *FLOORS[4], *FLOORS[5]}
FILE_METHODS = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "tofile", "to_csv"}
FILE_FUNCTIONS = {
    "np": {"load", "save", "savez", "savez_compressed", "loadtxt", "savetxt", "fromfile", "memmap"},
    "pd": {"read_csv", "read_pickle", "read_table", "read_json"},
}

# Tables and pages of grades are made by the rooms that make all tables and pages.
OF_REPORTS = {"grading": ("plots", "reports")}

LINES = 300
LONGER_FOR_A_REASON: dict[str, str] = {}  # "nn/name.py": "why it cannot be two files"


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


ROOMS = {_room(path) for path in FILES} - {"__init__"}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> Iterator[str]:
    """Yield the full dotted name of everything a file imports, wherever in the file."""
    package = path.parent.relative_to(PACKAGE.parent).parts
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _rooms_below(path: Path) -> set[str]:
    names = [name.split(".") for name in _imports(path)]
    return {name[1] for name in names if name[0] == "galflux_edu" and name[1] in ROOMS} - {
        _room(path)
    }


def test_every_room_has_a_floor():
    assert ROOMS - set(FLOOR) == set()


def test_contributing_shows_these_floors():
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = text.partition("```text\n")[2].partition("```")[0]
    shown: dict[int, set[str]] = {}
    floor = -1
    for line in picture.splitlines():
        floor = int(line.split()[1]) if line.startswith("floor") else floor
        shown.setdefault(floor, set()).update(re.findall(r"(\w+)/?(?=  |$)", line[9:32]))
    assert shown == {number: set(rooms) for number, rooms in FLOORS.items()}


def test_no_module_of_commands_stands_outside_of_cli():
    assert [path.name for path in PACKAGE.glob("cli_*")] == []


def test_imports_run_downward():
    upward = [
        f"{path.relative_to(PACKAGE)} -> {other}"
        for path in FILES
        for other in _rooms_below(path)
        if path.parent != PACKAGE or path.stem != "__init__"
        if FLOOR[other] > FLOOR[_room(path)]
    ]
    assert upward == []


def test_neighbours_on_a_floor_do_not_go_round_in_circles():
    graph: dict[str, set[str]] = {}
    for path in FILES:
        graph.setdefault(_room(path), set()).update(_rooms_below(path))
    TopologicalSorter(graph).prepare()  # raises CycleError and names the rooms


def test_no_file_imports_in_a_circle():
    """Not even by an import inside a function: what both need lies below both."""
    modules = {_module(path): path for path in FILES if path.name != "__init__.py"}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        below = set()
        for imported in _imports(path):
            while imported and imported not in modules:
                imported = imported.rpartition(".")[0]
            below.add(imported)
        graph[name] = below - {"", name}
    TopologicalSorter(graph).prepare()  # raises CycleError and names the files


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def test_the_grader_stands_alone():
    """What decides on grades needs nothing of the library that it grades with."""
    for path in FILES:
        if _room(path) in ("grading", "course", "notebook"):
            others = _rooms_below(path) - {"grading", "course", "notebook", "testing"}
            assert others <= {"errors", "files", *OF_REPORTS.get(_room(path), ())}, path


def test_learning_knows_no_sky_and_the_sky_knows_no_learning():
    for path in FILES:
        if _room(path) in LEARNING:
            assert "sky" not in _rooms_below(path), path
        if _room(path) == "sky":
            assert not LEARNING & _rooms_below(path), path


@pytest.mark.parametrize(("library", "rooms"), ONLY_IN.items())
def test_a_library_stays_in_its_room(library, rooms):
    users = {_room(path) for path in FILES for name in _imports(path) if _top(name) == library}
    assert users <= rooms


def _top(name: str) -> str:
    return name.split(".")[0]


def test_files_are_opened_where_files_belong():
    opened = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        if _room(path) not in MAY_OPEN_FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and _opens_a_file(node.func)
    ]
    assert opened == []


def _opens_a_file(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id == "open"
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value.id if isinstance(function.value, ast.Name) else None
    return function.attr in FILE_METHODS or function.attr in FILE_FUNCTIONS.get(owner, ())


def _loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after `statement`."""
    program = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return {_top(name) for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_heavy():
    heavy = {"jax", "pandas", "scipy", "matplotlib", "astropy", "PIL", "jinja2", "tqdm", "click"}
    assert not heavy & _loaded_by("import galflux_edu")


def test_the_lower_floors_need_no_jax():
    """On NumPy one can read, run and debug everything without ever loading JAX."""
    rooms = sorted(room for floor in (0, 1) for room in FLOORS[floor] if room in ROOMS)
    loaded = _loaded_by("; ".join(f"from galflux_edu.{room} import *" for room in rooms))
    assert not {"jax", "pandas", "matplotlib"} & loaded


def test_a_file_fits_into_a_head():
    lines = {
        str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8").count("\n")
        for path in FILES
    }
    too_long = {name: count for name, count in lines.items() if count > LINES}
    assert set(too_long) == set(LONGER_FOR_A_REASON), too_long


def test_errors_survive_python_minus_o():
    asserts = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Assert)
    ]
    assert asserts == []


@pytest.mark.parametrize("stub", sorted(PACKAGE.rglob("*.pyi")), ids=lambda path: path.parent.name)
def test_an_editor_sees_what_a_lazy_package_holds(stub):
    """The stub is what the package loads by, so both have the same names; they have to exist."""
    assert (PACKAGE / "py.typed").is_file()
    package = import_module(".".join(stub.parent.relative_to(PACKAGE.parent).parts))
    names = [
        alias
        for node in _tree(stub).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert all(alias.asname == alias.name for alias in names), "`import A as A` exports A"
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
