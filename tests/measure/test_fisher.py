"""The Cramer-Rao bound against cases that can be worked out by hand."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from galflux_edu import sky
from galflux_edu.measure import cramer_rao_bound


def take(galaxies, number):
    return {name: column[:number] for name, column in galaxies.items()}


@pytest.fixture(scope="module")
def galaxies():
    return sky.survey("hsc").draw_galaxies(np.random.default_rng(1), 64)


def test_with_all_else_known_it_is_the_noise_of_a_matched_filter(galaxies):
    survey = replace(sky.survey("hsc"), ranges=MappingProxyType({}))
    images = survey.render(galaxies).astype(float)
    variance = survey.sky_sigma_adu**2 + np.maximum(images, 0) / survey.electrons_per_adu
    relative = 1 / np.sum(images**2 / variance, axis=(1, 2))
    np.testing.assert_allclose(
        cramer_rao_bound(galaxies, survey), relative / np.log(10) ** 2, rtol=1e-6
    )


def test_photons_alone_give_one_over_their_number(galaxies):
    survey = replace(sky.survey("hsc"), ranges=MappingProxyType({}), sky_sigma_adu=1e-3)
    electrons = survey.render(galaxies).sum(axis=(1, 2), dtype=float) * survey.electrons_per_adu
    np.testing.assert_allclose(
        cramer_rao_bound(galaxies, survey) * np.log(10) ** 2, 1 / electrons, rtol=5e-3
    )


def test_ignorance_costs_and_a_prior_helps(galaxies):
    survey = sky.survey("hsc")
    known = cramer_rao_bound(galaxies, replace(survey, ranges=MappingProxyType({})))
    unknown = cramer_rao_bound(galaxies, survey)
    assert np.all(unknown > known)
    assert np.isfinite(unknown).all()
    narrow = {name: (low, low + (high - low) / 2) for name, (low, high) in survey.ranges.items()}
    helped = cramer_rao_bound(galaxies, replace(survey, ranges=MappingProxyType(narrow)))
    assert np.all(helped < unknown * (1 + 1e-3))


def test_nothing_beats_it_on_average(galaxies):
    """Fit the flux of a known shape 400 times: the spread is the bound, not below."""
    survey = replace(sky.survey("hsc-noisy"), ranges=MappingProxyType({}))
    one = {name: np.repeat(column[5:6], 400) for name, column in galaxies.items()}
    shape = survey.render(take(one, 1))[0].astype(float)
    observed = survey.observe(one, seed=2).astype(float)
    weight = shape / (survey.sky_sigma_adu**2 + np.maximum(shape, 0) / survey.electrons_per_adu)
    fitted = np.sum(observed * weight, axis=(1, 2)) / np.sum(shape * weight)
    spread = np.std(fitted / np.log(10))
    bound = np.sqrt(cramer_rao_bound(take(one, 1), survey)[0])
    # 400 draws know a standard deviation to 3.5 %; six of these is 1e-8 by chance.
    assert spread == pytest.approx(bound, rel=6 * 0.035)
