"""Tests run in float64, with strict shapes: a silent promotion or a wrong axis is a failure."""

from pathlib import Path

import jax
import jaxtyping
import pytest
from jaxtyping import install_import_hook

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
# From here on every annotated shape in the package is checked on every call.
install_import_hook("galflux_edu", "beartype.beartype")


def _at_hand(name: str, what: str) -> Path:
    """Return a file or folder of real inputs beside the checkout, or skip the test."""
    for folder in Path(__file__).resolve().parents:
        if (folder.parent / "shared" / "data" / name).exists():
            return folder.parent / "shared" / "data" / name
    pytest.skip(f"{what} not at hand")


@pytest.fixture
def real_catalogue() -> Path:
    """The published test catalogue of PHYS378, where it is at hand."""
    return _at_hand("gal_morph_test.csv", "the published catalogue gal_morph_test.csv is")


@pytest.fixture
def real_stamps() -> Path:
    """The folder of five real galaxies seen by Hubble (AEGIS), where it is at hand."""
    return _at_hand("real_aegis", "the real AEGIS stamps are")


@pytest.fixture
def as_a_user():
    """Outside the tests nobody checks the annotations: the functions have to check themselves."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
