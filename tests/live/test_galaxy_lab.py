"""One galaxy: the program on offer draws the very same picture; methods find its flux."""

import numpy as np
import pytest

from galflux_edu.live import galaxy_lab
from galflux_edu.live.galaxy_lab import Galaxy


def test_the_program_draws_the_same_picture(capsys):
    galaxy = Galaxy(flux_adu=3000.0, angle_deg=-40.0, bulge_to_total=0.6)
    names: dict = {}
    exec(galaxy.code(seed=7), names)  # noqa: S102
    np.testing.assert_array_equal(names["image"], galaxy_lab.observe(galaxy, 7, 1)[0])
    assert capsys.readouterr().out.startswith("(101, 101) ")


def test_methods_find_the_flux_of_a_bright_compact_galaxy():
    galaxy = Galaxy(flux_adu=20000.0, half_light_arcsec=0.4, sky_sigma_adu=0.1)
    fluxes = galaxy_lab.measure(galaxy_lab.observe(galaxy, 0, 8), aperture_arcsec=6.0)
    assert len(fluxes) == 3
    for flux in fluxes.values():
        np.testing.assert_allclose(flux, galaxy.flux_adu, rtol=0.05)


def test_the_bound_falls_with_the_noise():
    quiet, loud = (galaxy_lab.bound_dex(Galaxy(sky_sigma_adu=sigma)) for sigma in (0.1, 5.0))
    assert 0 < quiet < loud < 0.3


def test_pictures_agree_with_their_numbers():
    galaxy = Galaxy()
    pictures = galaxy_lab.take_pictures(galaxy, 0)
    assert pictures.psf.sum() == pytest.approx(galaxy.flux_adu, rel=0.03)
    expected = np.sqrt(np.sum(pictures.noiseless.astype(float) ** 2)) / galaxy.sky_sigma_adu
    assert pictures.signal_to_noise == pytest.approx(expected, rel=1e-6)
    noise = pictures.noisy - pictures.noiseless
    assert np.std(noise[:10]) == pytest.approx(galaxy.sky_sigma_adu, rel=0.1)
