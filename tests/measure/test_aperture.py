"""The light inside a circle, against closed forms and against photutils."""

import math

import numpy as np
import pytest

from galflux_edu.errors import InputError
from galflux_edu.measure import aperture_sum, pixel_sum


@pytest.mark.parametrize(("pixels", "radius"), [(143, 60.0), (36, 7.3), (9, 0.4)])
def test_a_circle_has_its_area(pixels, radius):
    ones = np.ones((1, pixels, pixels))
    assert aperture_sum(ones, radius)[0] == pytest.approx(math.pi * radius**2, rel=1e-3)


def test_a_large_circle_holds_the_whole_stamp():
    images = np.random.default_rng(0).normal(size=(3, 12, 12)).astype(np.float32)
    np.testing.assert_allclose(aperture_sum(images, 9.0), pixel_sum(images), rtol=1e-12)


@pytest.mark.parametrize("radius", [3.0, 10.7, 25.5])
def test_it_agrees_with_photutils(radius):
    from photutils import aperture as photutils

    image = np.random.default_rng(1).exponential(size=(51, 51))
    circle = photutils.CircularAperture((25.0, 25.0), radius)
    theirs = photutils.aperture_photometry(image, circle, method="exact")["aperture_sum"][0]
    assert aperture_sum(image[None], radius)[0] == pytest.approx(theirs, rel=3e-4)


def test_a_circle_needs_a_radius():
    message = r"^aperture_sum: needed a radius above 0 pixels; got 0\.0$"
    with pytest.raises(InputError, match=message):
        aperture_sum(np.ones((1, 3, 3)), 0.0)
