"""Draw two-component galaxies, against GalSim on the same galaxies; one pinned core each.

``headline``: 143x143 pixels, continuous Sersic indices, noise off. GalSim has to set up a new
profile for every index; ``rounded indices`` (to 0.1, so that its cache helps) shows the other end.
"""

import os

from benchmarks import harness

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
harness.pin_to_one_core()

import click  # noqa: E402
import galsim  # noqa: E402
import numpy as np  # noqa: E402

from galflux_edu import sky  # noqa: E402

OURS, THEIRS = 1024, 24  # galaxies a measurement; both are rates


def draw_with_galsim(survey: sky.Survey, galaxies: dict, number: int) -> None:
    """Draw the first galaxies the way GalSim's users do, with its default accuracy."""
    psf = galsim.Moffat(beta=survey.psf.beta, fwhm=survey.psf.fwhm_arcsec)
    for i in range(number):
        parts = [
            galsim.Sersic(
                galaxies[f"sersic_idx_{kind}"][i],
                half_light_radius=galaxies[f"R_e_{kind}"][i],
                flux=galaxies["total_flux"][i] * galaxies[f"flux_frac_{kind}"][i],
            ).shear(
                q=galaxies[f"axis_ratio_{kind}"][i],
                beta=galaxies[f"PA_{kind}"][i] * galsim.degrees,
            )
            for kind in ("d", "b")
        ]
        galsim.Convolve(galsim.Sum(parts), psf).drawImage(
            nx=survey.stamp_pixels, ny=survey.stamp_pixels, scale=survey.pixel_scale_arcsec
        )


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    survey = sky.survey("hsc")
    rng = np.random.default_rng(0)
    survey.render(survey.draw_galaxies(rng, OURS))  # compile

    def rate(draw, number: int, decimals: int | None) -> float:
        galaxies = survey.draw_galaxies(rng, number)  # new galaxies every time
        if decimals is not None:
            for kind in ("d", "b"):
                galaxies[f"sersic_idx_{kind}"] = galaxies[f"sersic_idx_{kind}"].round(decimals)
        return number / harness.seconds(lambda: draw(galaxies))

    rows = [
        harness.row(
            case,
            "galsim",
            lambda decimals=decimals: rate(survey.render, OURS, decimals),
            lambda decimals=decimals: rate(
                lambda galaxies: draw_with_galsim(survey, galaxies, THEIRS), THEIRS, decimals
            ),
            "galaxies/s",
        )
        for case, decimals in (("headline", None), ("rounded indices", 1))
    ]
    harness.report("render", rows, ["galflux", "jax", "numpy", "galsim"], as_json)


if __name__ == "__main__":
    main()
