"""Presets, their ranges and their noise. Statistical bounds are six sigma wide: 1e-8 by chance."""

import numpy as np
import pytest

from galflux_edu import sky
from galflux_edu.engine import random_key
from galflux_edu.errors import InputError


def test_noise_has_the_right_mean_and_variance():
    survey = sky.survey("hsc")
    level = np.asarray([0.0, 0.2, 5.0, 400.0], np.float32)
    images = np.broadcast_to(level[:, None, None], (4, 300, 300)).astype(np.float32)
    noisy = sky.add_noise(images, np.full(4, 0.5, np.float32), 3.0, random_key(8, "numpy"))
    assert noisy.dtype == np.float32
    variance = level / 3 + 0.25
    pixels = 300 * 300
    error = noisy.mean(axis=(1, 2), dtype=float) - level
    assert np.all(np.abs(error) < 6 * np.sqrt(variance / pixels))
    # The variance of a sample variance is (kurtosis - 1) / N; Poisson adds 1/electrons to 3.
    spread = np.sqrt((2 + 1 / np.maximum(level * 3, 1)) / pixels)
    assert np.all(np.abs(noisy.var(axis=(1, 2), dtype=float) / variance - 1) < 6 * spread)
    assert survey.electrons_per_adu == 3.0


def test_noise_depends_on_seed_and_row_only():
    survey = sky.survey("cs109b-v2")
    galaxies = survey.draw_galaxies(np.random.default_rng(0), 6)
    whole = survey.observe(galaxies, seed=4)
    tail = survey.observe({k: v[2:] for k, v in galaxies.items()}, seed=4, first=2)
    np.testing.assert_array_equal(tail, whole[2:])
    assert np.abs(survey.observe(galaxies, seed=5) - whole).max() > 1


def test_hsc_ranges_are_the_published_ones(real_catalogue):
    import pandas as pd

    published = pd.read_csv(real_catalogue)
    drawn = sky.survey("hsc").draw_galaxies(np.random.default_rng(1), 10_000)
    for name, column in drawn.items():
        width = np.ptp(published[name])
        assert abs(column.min() - published[name].min()) <= 0.02 * width + 1e-9, name
        assert abs(column.max() - published[name].max()) <= 0.02 * width + 1e-9, name
        assert abs(column.mean() - published[name].mean()) <= 6 * 0.3 * width / 70 + 1e-9, name


def test_cs109b_keeps_galaxies_of_the_right_signal_to_noise():
    survey = sky.survey("cs109b-v3")
    galaxies = survey.draw_galaxies(np.random.default_rng(0), 300)
    snr = sky.signal_to_noise(survey.render(galaxies), sky.sky_sigma(galaxies, survey))
    assert len(snr) == 300
    assert 10 <= snr.min() < 20
    assert 60 < snr.max() <= 100
    assert set(galaxies["num_components"]) == {1}
    assert galaxies["sky_sigma_adu"].min() >= 200
    assert galaxies["sky_sigma_adu"].max() <= 400


def test_signal_to_noise_of_a_known_image():
    image = np.asarray([[[3.0, 0.0], [0.0, 4.0]]])
    assert sky.signal_to_noise(image, np.asarray([0.5])) == pytest.approx([10.0])


def test_unknown_survey():
    with pytest.raises(
        InputError,
        match=r"^survey: needed one of hsc, hsc-noisy, cs109b-v1, cs109b-v2, cs109b-v3; "
        r"got 'sdss'$",
    ):
        sky.survey("sdss")


def test_no_galaxies():
    with pytest.raises(InputError, match=r"^number of galaxies: needed at least 1; got 0$"):
        sky.survey("hsc").draw_galaxies(np.random.default_rng(0), 0)
