"""Sersic profiles against quadrature, closed forms, GalSim and a published catalogue."""

import math

import numpy as np
import pytest
from scipy import integrate, special

from galflux_edu.sky import elliptical_radius, half_light_radius, sersic_profile
from galflux_edu.sky.sersic import (
    sersic_flux_outside,
    sersic_second_moment,
    sersic_spectrum,
    sersic_transform,
)

INDICES = [0.5, 1.0, 2.5, 4.0, 6.0]


def brightness(r, n, radius=1.0):
    return sersic_profile(*(np.asarray(v, float) for v in (r, n, radius)))


@pytest.mark.parametrize("n", INDICES)
def test_flux_is_one_and_half_of_it_is_inside(n):
    def light(log_r):  # 2 pi r^2 I d(log r) is smooth, also for cuspy profiles
        r = math.exp(log_r)
        return 2 * math.pi * r * r * float(brightness(r, n, 0.7))

    # Far out, exp(-b (r / r_e)^(1/n)) is below the rounding of one.
    total = integrate.quad(light, -30, 30, limit=500, epsabs=1e-12, points=[0])[0]
    inside = integrate.quad(light, -30, math.log(0.7), limit=500, epsabs=1e-12)[0]
    assert total == pytest.approx(1, abs=1e-9)
    assert inside == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("n", INDICES)
def test_light_outside_a_radius(n):
    r = np.asarray([0.01, 0.5, 1, 3, 30, 1e4])
    outside = sersic_flux_outside(r, np.full(6, n), np.ones(6))
    b = special.gammaincinv(2 * n, 0.5)
    np.testing.assert_allclose(outside, special.gammaincc(2 * n, b * r ** (1 / n)), atol=1e-7)


@pytest.mark.parametrize("n", INDICES)
def test_second_moment(n):
    r2 = integrate.quad(
        lambda t: 2 * math.pi * math.exp(4 * t) * float(brightness(math.exp(t), n)), -20, 30,
        limit=500, points=[0, 2, 5],
    )[0]  # fmt: skip
    assert float(sersic_second_moment(np.asarray([n]))[0]) == pytest.approx(r2 / 2, rel=1e-7)


def test_transform_of_a_gaussian_and_of_an_exponential():
    log_k = np.linspace(math.log(1e-3), math.log(100), 300)
    k2 = np.exp(2 * log_k)
    gaussian, exponential = sersic_transform(np.asarray([0.5, 1.0]), log_k)
    np.testing.assert_allclose(gaussian, np.exp(-k2 / (4 * math.log(2))), atol=1e-10)
    b = special.gammaincinv(2, 0.5)
    np.testing.assert_allclose(exponential, (1 + k2 / b**2) ** -1.5, atol=1e-10)


def test_transform_agrees_with_galsim():
    import galsim

    k = np.asarray([0.01, 0.1, 1, 3, 10, 30.0])
    for n in (0.7, 2.2, 4.4, 6.0):
        profile = galsim.Sersic(n, half_light_radius=1)
        expected = [profile.kValue(value, 0).real for value in k]
        np.testing.assert_allclose(
            sersic_transform(np.asarray([n]), np.log(k))[0], expected, atol=3e-5
        )


def test_table_of_the_transform():
    rng = np.random.default_rng(5)
    n = rng.uniform(0.5, 6, 100)
    log_k = np.linspace(math.log(1e-3), math.log(1e3), 700)
    read = sersic_spectrum(n, np.tile(np.exp(2 * log_k), (100, 1)))
    np.testing.assert_allclose(read, sersic_transform(n, log_k), atol=2e-5)


def test_position_angle_runs_from_x_towards_y():
    one, q = np.ones(1), np.full(1, 0.25)
    along = elliptical_radius(np.cos(np.radians(30)) * one, 0.5 * one, q, 30 * one)
    across = elliptical_radius(-0.5 * one, np.cos(np.radians(30)) * one, q, 30 * one)
    np.testing.assert_allclose([along[0], across[0]], [0.5, 2.0])  # sqrt(q) and 1 / sqrt(q)


def columns(**values):
    base = {"sersic_idx_d": 1.0, "R_e_d": 1.3, "axis_ratio_d": 1.0, "flux_frac_d": 1.0}
    base |= {"sersic_idx_b": 4.0, "R_e_b": 0.4, "axis_ratio_b": 1.0, "flux_frac_b": 0.0}
    return {name: np.atleast_1d(float(v)) for name, v in (base | values).items()}


def test_half_light_radius_of_one_round_component_is_its_own():
    np.testing.assert_allclose(half_light_radius(columns()), [1.3], rtol=1e-9)


def test_half_light_radius_of_two_ellipses_halves_the_light_of_a_grid():
    galaxy = columns(axis_ratio_d=0.4, flux_frac_d=0.6, axis_ratio_b=0.7, flux_frac_b=0.4)
    radius = half_light_radius(galaxy)[0]
    r, theta = np.meshgrid(np.geomspace(1e-6, radius, 4000), np.linspace(0, 2 * np.pi, 400))
    total = 0.0
    for kind in ("d", "b"):
        n, half, q, fraction = (
            galaxy[f"{name}_{kind}"][0] for name in ("sersic_idx", "R_e", "axis_ratio", "flux_frac")
        )
        ring = elliptical_radius(r * np.cos(theta), r * np.sin(theta), *np.asarray([q, 20.0]))
        total = total + fraction * brightness(ring, n, half) * r
    inside = integrate.trapezoid(integrate.trapezoid(total, r, axis=1), theta[:, 0])
    assert inside == pytest.approx(0.5, abs=1e-4)


def test_half_light_radius_reproduces_the_published_column(real_catalogue):
    import pandas as pd

    table = pd.read_csv(real_catalogue)
    ratio = half_light_radius(table) / table["R_e"]
    assert np.sqrt(np.mean((ratio - 1) ** 2)) < 0.02
    assert abs(np.median(ratio) - 1) < 0.001
