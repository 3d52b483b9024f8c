"""The renderer against GalSim, an independent code, and against itself on three engines."""

import itertools

import array_api_strict
import numpy as np
import pytest

from galflux_edu import engine, sky

SHAPES = ("sersic_idx", "R_e", "axis_ratio", "PA", "flux_frac")


def take(galaxies, rows):
    return {name: column[rows] for name, column in galaxies.items()}


def corners(name):
    """Return the eight corners of (index, radius, B/T) of a survey, elongated and tilted."""
    if name == "hsc":
        rows = [
            {
                "sersic_idx_d": (0.8, 1.2)[n], "R_e_d": (0.1, 3.0)[r], "flux_frac_d": 1.0 - bt,
                "sersic_idx_b": (3.5, 5.0)[n], "R_e_b": (0.1, 2.0)[r], "flux_frac_b": float(bt),
            }
            for n, r, bt in itertools.product((0, 1), repeat=3)
        ]  # fmt: skip
        fixed = {"axis_ratio_d": 0.25, "PA_d": 3.0, "axis_ratio_b": 0.25, "PA_b": 18.0}
    else:  # one component: (index, radius, axis ratio)
        rows = [
            {"sersic_idx_d": n, "R_e_d": r, "axis_ratio_d": q}
            for n, r, q in itertools.product((0.5, 6.0), (0.1, 0.6), (0.2, 1.0))
        ]
        fixed = {"PA_d": 25.0, "flux_frac_d": 1.0}
    rows = [row | fixed | {"total_flux": 1e4} for row in rows]
    return {name: np.asarray([row[name] for row in rows]) for name in rows[0]}


def galsim_image(galaxies, row, survey):
    import galsim

    components = []
    for kind in ("d", "b"):
        if f"R_e_{kind}" in galaxies and galaxies[f"flux_frac_{kind}"][row] > 0:
            n, radius, q, angle, fraction = (galaxies[f"{s}_{kind}"][row] for s in SHAPES)
            profile = galsim.Sersic(n, half_light_radius=radius, flux=fraction)
            components.append(profile.shear(q=q, beta=angle * galsim.degrees))
    fwhm = galaxies.get("psf_fwhm_arcsec", {row: survey.psf.fwhm_arcsec})[row]
    seen = galsim.Convolve(galsim.Sum(components), galsim.Moffat(beta=survey.psf.beta, fwhm=fwhm))
    image = seen.withFlux(galaxies["total_flux"][row]).drawImage(
        nx=survey.stamp_pixels, ny=survey.stamp_pixels, scale=survey.pixel_scale_arcsec, dtype=float
    )
    return image.array


@pytest.mark.parametrize("name", ["hsc", "cs109b-v3"])
@pytest.mark.parametrize("which", ["corners", "drawn"])
def test_agrees_with_galsim(name, which):
    survey = sky.survey(name)
    if which == "corners":
        galaxies = corners(name)
    else:
        galaxies = survey.draw_galaxies(np.random.default_rng(11), 50)
    images = survey.render(galaxies)
    for row, image in enumerate(images):
        expected = galsim_image(galaxies, row, survey)
        assert np.max(np.abs(image - expected)) < 1e-3 * expected.max()
        assert image.sum(dtype=float) == pytest.approx(expected.sum(), rel=3e-3)


@pytest.mark.parametrize("name", ["hsc", "cs109b-v3"])
def test_engines_agree(name):
    survey = sky.survey(name)
    galaxies = survey.draw_galaxies(np.random.default_rng(3), 5)
    galaxies = {k: galaxies[k] for k in sky.RENDER_COLUMNS if k in galaxies}
    images = [
        np.asarray(
            sky.render_galaxies(
                engine.to_engine(galaxies, xp),
                survey.stamp_pixels, survey.pixel_scale_arcsec, survey.psf, chunk=2,
            )
        )
        for xp in (np, "jax", array_api_strict)
    ]  # fmt: skip
    np.testing.assert_allclose(images[1], images[0], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(images[2], images[0], rtol=1e-8, atol=1e-8)


def test_a_compact_galaxy_keeps_its_flux_and_its_centre():
    galaxies = take(corners("hsc"), [0])
    for pixels in (100, 101):
        image = sky.render_galaxies(galaxies, pixels, 0.2, sky.Gaussian(0.8))[0]
        assert image.sum() == pytest.approx(1e4, rel=1e-4)
        offset = np.arange(pixels) - (pixels - 1) / 2
        assert abs(image.sum(axis=0) @ offset) / 1e4 < 1e-6
        assert abs(image.sum(axis=1) @ offset) / 1e4 < 1e-6


def test_an_image_does_not_depend_on_its_neighbours_in_the_batch():
    survey = sky.survey("hsc")
    galaxies = survey.draw_galaxies(np.random.default_rng(2), 20)
    together = survey.render(galaxies)
    alone = survey.render(take(galaxies, slice(7, 8)))
    np.testing.assert_allclose(alone[0], together[7], atol=1e-6 * together[7].max())
