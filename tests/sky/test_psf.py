"""Point-spread functions: unit flux, their width, and their Fourier transform by quadrature."""

import math

import numpy as np
import pytest
from scipy import integrate, special

from galflux_edu.sky import Gaussian, Moffat

PSFS = [Gaussian(0.7), Moffat(0.7, 2.5), Moffat(0.5, 2.0), Moffat(0.9, 4.765)]


@pytest.fixture(params=PSFS, ids=str)
def psf(request):
    return request.param


def profile(psf, r):
    return float(psf.profile(np.asarray(float(r)), np.asarray(psf.fwhm_arcsec)))


def test_flux_is_one_and_outside_is_its_complement(psf):
    for radius in (0.3, 2.0, 10.0):
        inside = integrate.quad(lambda r: 2 * math.pi * r * profile(psf, r), 0, radius)[0]
        outside = float(psf.flux_outside(np.asarray(radius), np.asarray(psf.fwhm_arcsec)))
        assert inside + outside == pytest.approx(1, abs=1e-9)


def test_half_of_the_maximum_at_half_the_width(psf):
    assert profile(psf, psf.fwhm_arcsec / 2) == pytest.approx(profile(psf, 0) / 2, rel=1e-12)


def test_transform_is_the_hankel_transform_of_the_profile(psf):
    for k in (0.5, 3.0, 8.0):
        zeros = special.jn_zeros(0, 400) / k  # integrate from zero to zero of the Bessel function
        parts = [
            integrate.fixed_quad(
                lambda r, k=k: 2 * np.pi * r * special.j0(k * r)
                * psf.profile(r, np.asarray(psf.fwhm_arcsec)), low, high, n=100,
            )[0]
            for low, high in zip([0, *zeros], zeros, strict=False)
        ]  # fmt: skip
        expected = np.mean(np.cumsum(parts)[-2:])
        ours = float(psf.transform(np.asarray(k), np.asarray(psf.fwhm_arcsec)))
        assert ours == pytest.approx(expected, abs=2e-6)


def test_transform_at_zero_is_one(psf):
    assert float(psf.transform(np.asarray(0.0), np.asarray(psf.fwhm_arcsec))) == 1
