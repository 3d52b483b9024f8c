"""What is installed, what is missing, and how to get it."""

import importlib.metadata
import platform
from collections.abc import Iterator

import click

NEEDED = ("numpy", "jax", "jaxlib", "scipy", "pandas", "pillow", "matplotlib", "click", "tqdm")
OPTIONAL = (
    ("jupyterlab", "jupyterlab", "opens the exercises"),
    ("astropy", "galflux[fits]", "reads and writes FITS images"),
    ("nbgrader", "galflux[instructor]", "grades the exercises; for instructors"),
    ("galsim", "galflux[peers]", "draws galaxies independently, to compare with; not on Windows"),
    ("torch", "galflux[peers]", "trains networks independently, to compare with"),
    ("pytest", "galflux[test]", "runs the tests"),
)
SANDBOX_ADVICE = (
    "           Debian, Ubuntu:",
    "             sudo apt install bubblewrap      (Fedora: sudo dnf install bubblewrap)",
    "           Ubuntu 24.04 and newer also have to allow it, once, in /etc/apparmor.d/bwrap:",
    "             abi <abi/4.0>,",
    "             include <tunables/global>",
    "             profile bwrap /usr/bin/bwrap flags=(unconfined) {",
    "               userns,",
    "             }",
    "           and then: sudo systemctl reload apparmor",
    "           In a container (and on a JupyterHub, whose servers are containers) the host",
    "           decides; it is simplest to grade on the host, or else to start it with",
    "             podman run --security-opt seccomp=unconfined --security-opt unmask=ALL",
    "             docker run --security-opt seccomp=unconfined",
    "               --security-opt apparmor=unconfined --security-opt systempaths=unconfined",
    "           Windows: grade in WSL2 (wsl --install), as on Ubuntu. macOS: grade in a",
    "           virtual machine with Linux. Students need none of this.",
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
    try:
        from ..grading.sandbox import isolation_problem
    except ImportError:  # what students have holds no grader
        return
    problem = isolation_problem()
    if problem is None:
        yield "isolation  bubblewrap: submissions are graded in a sandbox"
        return
    yield f"isolation  none, which only those who grade need: {problem}"
    if _version("nbgrader"):
        yield from SANDBOX_ADVICE


@click.command()
def doctor() -> None:
    """Say which versions and devices are here, what is missing, and how to get it."""
    for line in examine():
        click.echo(line)
