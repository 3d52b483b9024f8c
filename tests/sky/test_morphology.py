"""Five shapes of galaxies: their proportions, their light and their arms."""

import numpy as np
import pytest

from galflux_edu import sky
from galflux_edu.sky.morphology import (
    PIXELS,
    PSF,
    draw_labels,
    draw_morphologies,
    render_morphologies,
    to_picture,
)

SPIRAL = [kind.name for kind in sky.MORPHOLOGIES].index("disk, face-on, tight spiral")
EDGE_ON = [kind.name for kind in sky.MORPHOLOGIES].index("disk, edge-on, rounded bulge")


def galaxies(labels, **changes):
    columns = draw_morphologies(np.random.default_rng(0), np.asarray(labels))
    columns["star_flux_0"] *= 0
    return columns | {k: np.full(len(labels), float(v)) for k, v in changes.items()}


def test_classes_come_in_the_published_proportions():
    labels = draw_labels(np.random.default_rng(1), 100_000)
    counts = np.asarray([3461, 6997, 6292, 1534, 1121])  # Galaxy10 SDSS, corrected list
    expected = counts / counts.sum()
    error = np.bincount(labels, minlength=5) / len(labels) - expected
    assert np.all(np.abs(error) < 6 * np.sqrt(expected / len(labels)))


def test_galaxies_are_drawn_from_the_ranges_of_their_class():
    labels = np.repeat(np.arange(5), 400)
    columns = galaxies(labels)
    for name, what in (
        ("flux_frac_b", "bulge_fraction"),
        ("sersic_idx_b", "bulge_index"),
        ("axis_ratio_d", "disk_axis_ratio"),
        ("arm_contrast", "arm_contrast"),
    ):
        for label, kind in enumerate(sky.MORPHOLOGIES):
            low, high = getattr(kind, what)
            values = columns[name][labels == label]
            assert low <= values.min() <= values.max() <= high
            assert np.ptp(values) >= 0.95 * (high - low)
    np.testing.assert_allclose(columns["flux_frac_b"] + columns["flux_frac_d"], 1)


def test_without_arms_and_stars_it_is_a_galaxy_of_two_components():
    columns = galaxies([0, 1, 2, 3])
    ours = render_morphologies(columns)
    usual = {name: columns[name] for name in sky.RENDER_COLUMNS}
    expected = sky.render_galaxies(usual, PIXELS, 1.0, PSF)
    np.testing.assert_allclose(ours, expected, atol=1e-9 * expected.max())


def test_a_star_adds_its_light_where_it_stands():
    columns = galaxies([1], star_flux_0=500, star_x_0=20, star_y_0=-11, psf_fwhm_arcsec=2.5)
    star = render_morphologies(columns) - render_morphologies(
        columns | {"star_flux_0": np.zeros(1)}
    )
    y, x = np.mgrid[:PIXELS, :PIXELS] - (PIXELS - 1) / 2
    np.testing.assert_allclose(star.sum(), 500, rtol=1e-6)
    np.testing.assert_allclose([(star * x).sum() / 500, (star * y).sum() / 500], [20, -11])


@pytest.fixture
def pattern():
    """Return the arms alone: the disk with them over the disk without."""

    def draw(**changes):
        shown = {"flux_frac_b": 0, "flux_frac_d": 1, "axis_ratio_d": 1, "arm_contrast": 0.8}
        columns = galaxies([SPIRAL], **shown | changes)
        return (
            render_morphologies(columns)[0]
            / render_morphologies(columns | {"arm_contrast": np.zeros(1)})[0]
        )

    return draw


def test_two_arms_are_the_same_after_half_a_turn_and_opposite_after_a_quarter(pattern):
    arms = pattern(arm_pitch=20)
    np.testing.assert_allclose(np.rot90(arms, 2), arms, rtol=1e-9)
    np.testing.assert_allclose(np.rot90(arms) - 1, 1 - arms, atol=1e-9)


def test_arms_wind_the_other_way_with_the_other_pitch(pattern):
    mirrored = pattern(arm_pitch=-20, PA_d=0, arm_phase=0)[::-1]
    np.testing.assert_allclose(pattern(arm_pitch=20, PA_d=0, arm_phase=0), mirrored, rtol=1e-9)


def test_the_crest_of_an_arm_follows_a_logarithmic_spiral(pattern):
    arms = pattern(arm_pitch=20, PA_d=0, arm_phase=0, psf_fwhm_arcsec=1.2)
    radii = np.asarray([8.0, 12.0, 18.0, 26.0])
    crest = np.log(radii) / np.tan(np.radians(20))  # where the cosine is 1
    row, column = (
        np.rint(f(crest) * radii + (PIXELS - 1) / 2).astype(int) for f in (np.sin, np.cos)
    )
    assert np.all(arms[row, column] > 1.6)


def test_seeing_dampens_arms_as_it_dampens_a_wave(pattern):
    from galflux_edu.sky.psf import FWHM_PER_SIGMA

    sharp, blurred = (pattern(arm_pitch=20, psf_fwhm_arcsec=fwhm) - 1 for fwhm in (1.2, 3.0))
    wave = 2 / (10.0 * np.sin(np.radians(20)))  # radian a pixel, ten pixels from the centre
    expected = np.exp(-0.5 * wave**2 * (3.0**2 - 1.2**2) / FWHM_PER_SIGMA**2)
    middle = (PIXELS - 1) // 2
    np.testing.assert_allclose(
        blurred[middle, middle + 10] / sharp[middle, middle + 10], expected, rtol=1e-2
    )


def test_an_edge_on_disk_is_thin():
    columns = galaxies([EDGE_ON] * 20, PA_d=0, PA_b=0, psf_fwhm_arcsec=1.2)
    images = render_morphologies(columns)
    y, x = np.mgrid[:PIXELS, :PIXELS] - (PIXELS - 1) / 2
    wide, high = ((images * axis**2).sum(axis=(1, 2)) for axis in (x, y))
    assert np.all(high < 0.4 * wide)


def test_gray_levels_are_whole_numbers_in_the_range_of_a_picture():
    counts = np.asarray([[[-1e9, 0.0, 120.0, 1e9]]], np.float32)
    assert to_picture(counts).ravel().tolist() == [0.0, 8.0, 255.0, 255.0]
    images, labels = sky.simulate_morphologies(300, seed=3)
    assert images.shape == (300, PIXELS, PIXELS, 1)
    assert images.dtype == np.float32
    assert np.all((images == np.round(images)) & (images >= 0) & (images <= 255))
    assert set(labels.tolist()) == set(range(5))


def test_pictures_depend_on_the_seed_and_not_on_the_engine():
    first, labels = sky.simulate_morphologies(20, seed=5)
    again, _ = sky.simulate_morphologies(20, seed=5)
    plain, same_labels = sky.simulate_morphologies(20, seed=5, engine="numpy")
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(labels, same_labels)
    # Rounding decides here and there between two counts of photons, or two gray levels.
    assert np.mean(first != plain) < 1e-2
    assert np.mean(first != sky.simulate_morphologies(20, seed=6)[0]) > 0.5
