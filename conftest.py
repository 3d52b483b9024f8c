"""For tests and doctests alike: float64, strict shapes, one marker a set, no skip unnoticed."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent
# The tests start hundreds of processes: none need compile what another one has compiled.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(ROOT / ".pytest_cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.2")

import jax
import jaxtyping
import numpy as np
import pytest
from jaxtyping import install_import_hook

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
# From here on every annotated shape in the package is checked on every call.
install_import_hook("galflux_edu", "strict_shapes.check")

# What a computer may lack. With CI=true a skip for any other reason is a failure.
MAY_LACK = (
    "the real inputs (shared/data) are not beside this checkout",
    "no PostgreSQL here: apt install postgresql",
)


def pytest_xdist_auto_num_workers():
    """One more than there are cores: a third of the time tests wait, for pages and time-outs."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


def pytest_configure(config):
    """Register ``ps4`` for ``course/ps4_convolution``, and so on."""
    for exercise in sorted((ROOT / "course").glob("ps*/exercise.py")):
        name = exercise.parent.name
        config.addinivalue_line("markers", f"{name.partition('_')[0]}: problem set {name} alone")


def pytest_ignore_collect(collection_path):
    """Of the files without tests, import only those whose docstrings hold examples."""
    if collection_path.suffix == ".py" and not collection_path.name.startswith("test_"):
        return ">>>" not in collection_path.read_text(encoding="utf-8") or None
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let no skip pass unnoticed where everything should be there."""
    report = yield
    return _listed(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Nor a file that is skipped as a whole."""
    report = yield
    return _listed(report)


def _listed(report):
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        *_, reason = report.longrepr
        if reason.removeprefix("Skipped: ") not in MAY_LACK:
            report.outcome = "failed"
            report.longrepr = f"{reason}: add it to MAY_LACK in conftest.py, or install it"
    return report


@pytest.fixture(autouse=True)
def _numpy_in_examples(doctest_namespace):
    doctest_namespace["np"] = np


@pytest.fixture
def as_a_user():
    """Outside the tests nobody checks the annotations: the functions have to check themselves."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
