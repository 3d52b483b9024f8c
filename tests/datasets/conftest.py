import numpy as np
import pytest

from galflux_edu import datasets, sky


@pytest.fixture(scope="session")
def hsc_catalogue():
    return datasets.generate_catalogue(sky.survey("hsc"), 12, np.random.default_rng(1))


@pytest.fixture
def catalogue(hsc_catalogue):
    return hsc_catalogue.copy()


@pytest.fixture
def images():
    """Twelve images of 6 x 5 pixels: noise, each on a level of its own."""
    rng = np.random.default_rng(2)
    return rng.normal(0, 1.4, (12, 6, 5)) + 10 * np.arange(12)[:, None, None]


@pytest.fixture
def folder(tmp_path, catalogue, images):
    """A dataset on disk."""
    path = tmp_path / "data"
    datasets.write_dataset(path, catalogue, [images], {"sky_sigma_adu": 1.4}, progress=False)
    return path
