"""The landscape of flux and radius, against brute force and finite differences."""

import numpy as np
import pytest

from galflux_edu.measure.landscape import RADII_ARCSEC, descend, make_landscape
from galflux_edu.optim import SGD, Adam

TRUE = (4000.0, 1.0)


@pytest.fixture(scope="module")
def landscape():
    return make_landscape(*TRUE, 2.5, 3.0, seed=1, engine="numpy")


def test_the_sums_are_the_misfit(landscape):
    """At a radius that was drawn, the sums give what subtracting pictures gives."""
    radius = RADII_ARCSEC[60]
    left = landscape.picture - 3000.0 * landscape.template(radius)
    expected = np.mean(left**2) / 3.0**2
    np.testing.assert_allclose(landscape.misfit(3000.0, radius), expected, rtol=1e-10)


@pytest.mark.parametrize("point", [(4000.0, 1.0), (20000.0, 4.0), (800.0, 0.3)])
def test_gradient_against_finite_differences(landscape, point):
    flux, radius = point
    by_flux, by_radius = landscape.gradient(flux, radius)
    h = 1e-4
    up, down = (landscape.misfit(flux * (1 + s * h), radius) for s in (1, -1))
    np.testing.assert_allclose(by_flux, (up - down) / (2 * h * flux), rtol=1e-6)
    up, down = (landscape.misfit(flux, radius * (1 + s * h)) for s in (1, -1))
    np.testing.assert_allclose(by_radius, (up - down) / (2 * h * radius), rtol=1e-5)


def test_the_lowest_point_is_near_the_truth(landscape):
    """At a signal-to-noise ratio of about fifty, within a tenth; the misfit there is about one."""
    path = descend(landscape, Adam(0.03), (20000.0, 4.0), 400, logarithmic=True)
    np.testing.assert_allclose(path[-1], TRUE, rtol=0.1)
    assert landscape.misfit(*path[-1]) == pytest.approx(1, abs=5 * np.sqrt(2 / 48**2))
    assert np.hypot(*np.multiply(landscape.gradient(*path[-1]), path[-1])) < 1e-3


def test_flux_in_adu_never_moves(landscape):
    """The same rate for ADU and arcsec: the flux stays where it is."""
    path = descend(landscape, SGD(0.1), (5000.0, 1.5), 100, logarithmic=False)
    assert abs(path[-1][0] / 5000.0 - 1) < 1e-3
    assert abs(path[-1][1] - 1.5) > 0.1


def test_a_path_that_leaves_ends_there(landscape):
    path = descend(landscape, SGD(10.0), (20000.0, 4.0), 50, logarithmic=True)
    assert path.tolist() == [[20000.0, 4.0]]
