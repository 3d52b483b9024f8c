"""The sum of the pixels against closed forms."""

import numpy as np
import pytest

from galflux_edu import sky
from galflux_edu.measure import log_flux, pixel_sum


def test_pixel_sum_adds_pixels():
    images = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(pixel_sum(images), [66, 210])


def test_pixel_sum_of_float32_adds_in_float64():
    image = np.full((1, 2000, 2000), 0.1, np.float32)
    assert pixel_sum(image)[0] == pytest.approx(4e6 * float(np.float32(0.1)), rel=1e-12)


def test_noise_of_the_pixel_sum_is_that_of_all_pixels():
    survey = sky.survey("hsc-noisy")
    rng = np.random.default_rng(0)
    noise = survey.sky_sigma_adu * rng.standard_normal((600, 143, 143), np.float32)
    expected = survey.sky_sigma_adu * 143
    # The standard deviation of 600 values is known to 2.9 %; six of these is 1e-8 by chance.
    assert np.std(pixel_sum(noise)) == pytest.approx(expected, rel=6 * 0.029)


def test_log_flux_of_what_noise_made_negative():
    np.testing.assert_allclose(log_flux(np.asarray([-5.0, 0.0, 0.5, 100.0])), [0, 0, 0, 2])
