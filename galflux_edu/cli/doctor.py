"""What is installed, what is missing, and how to get it."""

import importlib.metadata
import platform
from collections.abc import Iterator
from importlib.util import find_spec

NEEDED = ("numpy", "jax", "jaxlib", "scipy", "pandas", "pillow", "matplotlib", "click", "tqdm")
OPTIONAL = (
    ("jupyterlab", "jupyterlab", "opens the exercises"),
    ("astropy", "galflux[fits]", "reads and writes FITS images"),
    ("nbgrader", "galflux[instructor]", "marks the exercises; for instructors"),
    ("galsim", "galflux[peers]", "draws galaxies independently, to compare with; not on Windows"),
    ("torch", "galflux[peers]", "trains networks independently, to compare with"),
    ("pytest", "galflux[test]", "runs the tests"),
)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def examine() -> Iterator[str]:
    """Yield lines about this installation."""
    yield f"galflux    {_version('galflux')} on Python {platform.python_version()}"
    yield f"           {platform.platform()}"
    for package in NEEDED:
        version = _version(package)
        yield f"{package:<10} {version or 'MISSING: pip install galflux'}"
    yield from _devices()
    yield "optional, only for those who want what it does:"
    for package, source, use in OPTIONAL:
        version = _version(package)
        yield f"{package:<10} {version or f'not here; pip install {source!r} ({use})'}"
    yield from _isolation()
    missing = [package for package in NEEDED if _version(package) is None]
    yield "something is missing, see above" if missing else "all that galflux needs is here"


def _devices() -> Iterator[str]:
    from ..engine import devices

    found = devices()
    yield f"devices    {', '.join(found)}"
    if not any("gpu" in device.lower() or "cuda" in device.lower() for device in found):
        yield "           no GPU in use; on Linux with an NVIDIA card: pip install 'galflux[cuda]'"


def _isolation() -> Iterator[str]:
    if find_spec(f"{__package__.rpartition('.')[0]}.grading") is None:  # a student's install
        return
    from ..grading.sandbox import advice

    lines = advice()
    yield from lines if _version("nbgrader") else lines[:1]  # the rest is for those who grade
