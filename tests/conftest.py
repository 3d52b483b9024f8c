"""Real inputs, which lie beside some checkouts and are never part of the project."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "shared" / "data").is_dir():
            return folder / "shared" / "data"
    pytest.skip("the real inputs (shared/data) are not beside this checkout")


@pytest.fixture
def real_catalogue(shared_data) -> Path:
    """The published test catalogue of PHYS378."""
    return shared_data / "gal_morph_test.csv"


@pytest.fixture
def real_stamps(shared_data) -> Path:
    """The folder of five real galaxies seen by Hubble (AEGIS)."""
    return shared_data / "real_aegis"
