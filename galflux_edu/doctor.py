"""What is installed, what is missing, and how to get it."""

import importlib.metadata
import platform
from collections.abc import Iterator

NEEDED = ("numpy", "jax", "jaxlib", "scipy", "pandas", "pillow", "matplotlib", "click", "tqdm")
OPTIONAL = (
    ("astropy", "fits", "reads and writes FITS images"),
    ("galsim", "peers", "an independent renderer to compare with (not on Windows)"),
    ("torch", "peers", "PyTorch, to compare with"),
    ("pytest", "test", "runs the tests"),
)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def examine() -> Iterator[str]:
    """Yield lines about this installation."""
    yield f"galflux    {_version('galflux')} on Python {platform.python_version()}, "
    yield f"           {platform.platform()}"
    for package in NEEDED:
        version = _version(package)
        yield f"{package:<10} {version or 'MISSING: pip install galflux'}"
    yield from _devices()
    for package, extra, use in OPTIONAL:
        version = _version(package)
        missing = f"missing: pip install 'galflux[{extra}]' (it {use})"
        yield f"{package:<10} {version or missing}"


def _devices() -> Iterator[str]:
    from .engine import devices

    found = devices()
    yield f"devices    {', '.join(found)}"
    if not any("gpu" in device.lower() or "cuda" in device.lower() for device in found):
        yield "           no GPU in use; on Linux with an NVIDIA card: pip install 'galflux[cuda]'"
