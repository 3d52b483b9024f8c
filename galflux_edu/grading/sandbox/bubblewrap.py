"""What a sandbox sees: the arguments of bubblewrap, and the command that starts it.

Order matters in bubblewrap: a folder that is mounted later hides what was bound under it before.
"""

import importlib.util
import json
import os
import shutil
import site
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from ...errors import InputError
from ...notebook.conditions import HIDDEN_ROOMS
from .limits import Limits

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[1]
INSIDE = Path("/run/galflux")
WORKER_FILES = (
    "limits.py",
    "seccomp.py",
    "self_check.py",
    "protocol.py",
    "worker.py",
    "zygote.py",
)
SHELL = PACKAGE / "notebook" / "shell.py"  # the one that `galflux check` runs, too
STUB = HERE / "masked_stub.py"
DATA = Path("/run/data")  # the notebook's own read-only files
TOPS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/fonts",
    "/etc/alternatives",
    "/etc/localtime",
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",  # noqa: S108 - the sandbox's own
    "LANG": "C.UTF-8",
    "JAX_PLATFORMS": "cpu",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": "/tmp/.mpl",  # noqa: S108
    "IPYTHONDIR": "/tmp/.ipython",  # noqa: S108
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
NOBODY = 61000  # who runs the sandboxes of root: a limit on processes does not hold root
STAGE = Path("/tmp")  # noqa: S108 - in a mount namespace of its own, see root_launcher.py


@cache
def program() -> str | None:
    """Return the path of bubblewrap, if it is installed."""
    return shutil.which("bwrap")


def arguments(
    limits: Limits, masked: tuple[str, ...], files: Path | None, keep_privileges: bool
) -> tuple[list[str], list[Path]]:
    """Return bubblewrap's arguments, and the places on this machine that they refer to.

    Parameters
    ----------
    limits
        For the sizes of the scratch folders.
    masked
        Modules whose files are hidden.
    files
        A folder that the notebook may read.
    keep_privileges
        Whether the first process may divide its sandbox up further (see `zygote`).
    """
    places = list(roots(files))
    place = _staged(places) if os.geteuid() == 0 else str
    args = [
        *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session"),
        *("--hostname", "grader", "--clearenv"),
    ]
    for name, value in ENVIRONMENT.items():
        args += ["--setenv", name, value]
    args += ["--size", str(limits.scratch_bytes), "--tmpfs", "/tmp"]  # noqa: S108
    for top in TOPS:
        if Path(top).is_symlink():
            args += ["--symlink", os.readlink(top), top]  # noqa: PTH115
    for root in places:
        if root not in (PACKAGE, HERE, files):
            args += ["--ro-bind", place(root), str(root)]
    args += _package(set(masked), place)
    args += _masks(masked, place)
    for path in (*(HERE / name for name in WORKER_FILES), SHELL):
        args += ["--ro-bind", place(path), str(INSIDE / path.name)]
    if files is not None:
        args += ["--ro-bind", place(files), str(DATA)]
    args += ["--proc", "/proc", "--dev", "/dev"]
    args += ["--dev-bind", "/dev/null", "/dev/zero"]  # shared, it is memory that nobody counts
    args += ["--size", str(limits.scratch_bytes // 2), "--tmpfs", "/dev/shm"]  # noqa: S108
    args += ["--dir", "/tmp/work", "--remount-ro", "/dev", "--remount-ro", "/"]  # noqa: S108
    args += ["--cap-add" if keep_privileges else "--cap-drop", "ALL", "--chdir", "/tmp/work"]  # noqa: S108
    return args, places


def visible_rooms() -> list[str]:
    """Return the rooms of the package that a sandbox sees, folders and files by their names."""
    return sorted(
        path.name
        for path in PACKAGE.iterdir()
        if path.stem not in HIDDEN_ROOMS and path.name != "__pycache__"
    )


def roots(files: Path | None) -> Iterator[Path]:
    """Yield the places of this machine that a sandbox may see something of."""
    yield from (Path(top) for top in TOPS if Path(top).exists() and not Path(top).is_symlink())
    yield from (Path(name) for name in SYSTEM_FILES if Path(name).exists())
    python = [sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix]
    libraries = [folder for folder in site.getsitepackages() if Path(folder).is_dir()]
    seen: list[Path] = []
    for folder in map(Path, dict.fromkeys([*python, *libraries])):
        if not any(folder.is_relative_to(other) for other in (Path("/usr"), *seen)):
            seen.append(folder)
            yield folder
    yield PACKAGE
    yield HERE
    if files is not None:
        yield files


def _staged(places: list[Path]) -> Callable[[Path], str]:
    """Return where `root_launcher` will have put each place: STAGE/0, STAGE/1, ..."""

    def place(path: Path) -> str:
        number, root = max(
            ((i, root) for i, root in enumerate(places) if path.is_relative_to(root)),
            key=lambda each: len(each[1].parts),
        )
        return str(STAGE / str(number) / path.relative_to(root))

    return place


def _package(masked: set[str], place: Callable[[Path], str]) -> Iterator[str]:
    """Show the rooms that notebooks may use, without what is masked, compiled copies included."""
    yield from ("--tmpfs", str(PACKAGE))
    for path in _without({*(f"{PACKAGE.name}.{room}" for room in HIDDEN_ROOMS), *masked}, PACKAGE):
        yield from ("--ro-bind", place(path), str(path))
    for module in masked:
        path = PACKAGE.parent.joinpath(*module.split("."))
        if path.is_relative_to(PACKAGE):
            target = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            yield from ("--ro-bind", place(STUB), str(target))
    yield from ("--remount-ro", str(PACKAGE))


def _without(hidden: set[str], folder: Path) -> Iterator[Path]:
    """Yield the files in `folder`, and whole folders where nothing is hidden: each mount costs."""
    for path in sorted(folder.iterdir()):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        if path.name == "__pycache__" or module in hidden:
            continue
        if any(each.startswith(f"{module}.") for each in hidden):
            yield from _without(hidden, path)
        else:
            yield path


def _masks(masked: tuple[str, ...], place: Callable[[Path], str]) -> Iterator[str]:
    """Hide the files of masked modules of other packages, compiled copies too."""
    for module in masked:
        top, *rest = module.split(".")
        if top == PACKAGE.name:
            continue
        spec = importlib.util.find_spec(top)
        tops = list(spec.submodule_search_locations or ()) if spec else []
        found = Path(tops[0]).joinpath(*rest) if tops else None
        if found is not None and found.is_dir():
            yield from ("--tmpfs", str(found))
            yield from ("--ro-bind", place(STUB), str(found / "__init__.py"))
            yield from ("--remount-ro", str(found))
        elif found is not None and found.with_suffix(".py").is_file():
            yield from ("--ro-bind", place(STUB), str(found.with_suffix(".py")))
            if (found.parent / "__pycache__").is_dir():
                cache = str(found.parent / "__pycache__")
                yield from ("--tmpfs", cache, "--remount-ro", cache)
        elif spec is not None:
            raise InputError(f"sandbox: needed the name of a module to mask; got {module!r}")


def command(fd: int, inside: list[str]) -> list[str]:
    """Return the command that runs `inside`, with bubblewrap's arguments from a file descriptor.

    Root goes by `root_launcher`, which becomes somebody else first.
    """
    if os.geteuid() == 0:
        return [sys.executable, "-I", "-S", str(HERE / "root_launcher.py"), str(fd), *inside]
    return [str(program()), "--args", str(fd), "--", *inside]


def plan(args: list[str], places: list[Path]) -> bytes:
    """Return what `command` reads from that file descriptor."""
    if os.geteuid() == 0:
        what = {"program": program(), "args": args, "roots": list(map(str, places))}
        return json.dumps({**what, "uid": NOBODY, "stage": str(STAGE)}).encode()
    return b"".join(os.fsencode(arg) + b"\0" for arg in args)
