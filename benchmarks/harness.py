"""Measure two codes side by side in one run, and print the ratio."""

import importlib.metadata
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import click

PAIRS = 5


def pin_to_one_core() -> None:
    """Keep this process, and all threads it starts later, on one core (where the system can)."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def seconds(function: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def rate(step: Callable[[], object], examples: int, repeats: int = 4) -> Callable[[], float]:
    """Return a function that measures a step: examples a second, the mean of `repeats` steps.

    One step before them is not counted: it compiles the first time, and every time it takes the
    cores back from the threads of the other code, which may still wait by spinning.
    """

    def measure() -> float:
        step()
        return repeats * examples / seconds(lambda: [step() for _ in range(repeats)])

    return measure


def row(
    case: str,
    peer: str,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    unit: str,
    pairs: int = PAIRS,
) -> dict:
    """Measure `pairs` interleaved pairs and return a row of the benchmark's table.

    `ours` and `theirs` return a throughput (more is better) in `unit`; ``ratio`` is the median of
    the pairs' ratios.
    """
    measured = [(ours(), theirs()) for _ in range(pairs)]
    return {
        "case": case,
        "peer": peer,
        "ratio": statistics.median(a / b for a, b in measured),
        "ours": statistics.median(a for a, _ in measured),
        "theirs": statistics.median(b for _, b in measured),
        "unit": unit,
    }


def limit(case: str, ours: float, allowed: float, unit: str, *, most: bool = True) -> dict:
    """Return a row against what is allowed at most (or at least)."""
    ratio = allowed / max(ours, 1e-3) if most else ours / allowed
    numbers = {"ratio": ratio, "ours": ours, "theirs": allowed, "unit": unit}
    return {"case": case, "peer": "limit", **numbers}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def report(name: str, rows: list[dict], packages: list[str], as_json: bool) -> None:
    """Print the table of a benchmark, or one JSON object on the last line."""
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"
    versions = {package: importlib.metadata.version(package) for package in packages}
    versions["python"] = platform.python_version()
    if as_json:
        result = {"name": name, "rows": rows, "machine": machine, "versions": versions}
        click.echo(json.dumps(result))
        return
    click.echo(f"{name} on {machine}")
    click.echo(", ".join(f"{package} {version}" for package, version in versions.items()))
    for r in rows:
        click.echo(
            f"{r['case']:<28} {r['ours']:>10.4g} against {r['theirs']:>10.4g} {r['unit']} "
            f"({r['peer']}): {r['ratio']:.3g} times"
        )
