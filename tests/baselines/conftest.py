"""Tables to learn from, and the way all tests of this folder look at an error."""

import re

import numpy as np
import pytest

from galflux_edu.datasets import generate_catalogue, read_catalogue
from galflux_edu.errors import InputError
from galflux_edu.sky import SURVEYS


@pytest.fixture
def refuses(as_a_user):
    """Expect an InputError with exactly this message, annotations unchecked as for any user."""
    return lambda message: pytest.raises(InputError, match=f"^{re.escape(message)}$")


@pytest.fixture
def catalogue(request):
    """The published catalogue where it is at hand, else one drawn from the same ranges."""
    try:
        return read_catalogue(request.getfixturevalue("real_catalogue"))
    except pytest.skip.Exception:
        return generate_catalogue(SURVEYS["hsc"], 10_000, np.random.default_rng(0))


@pytest.fixture
def galaxies(catalogue):
    """Fourteen columns that do not hold the flux, in their own units, and log10 of the flux.

    One column is constant, one is the copy of another and one its complement to 1.
    """
    features = catalogue.drop(columns=["total_flux", "log_total_flux", "file_name"])
    return features.to_numpy(dtype=float), catalogue["log_total_flux"].to_numpy()


@pytest.fixture
def terciles(galaxies):
    """The same columns, and the flux as Low, Medium or High with equal numbers."""
    X, log_flux = galaxies
    edges = np.quantile(log_flux, [1 / 3, 2 / 3])
    return X, np.array(["Low", "Medium", "High"])[np.digitize(log_flux, edges)]


@pytest.fixture
def blobs():
    """Three classes that overlap, in five columns of unequal scale."""
    rng = np.random.default_rng(2)
    y = rng.integers(0, 3, 600)
    return (rng.normal(size=(3, 5))[y] + rng.normal(size=(600, 5))) * [1, 10, 0.1, 1, 3], y
