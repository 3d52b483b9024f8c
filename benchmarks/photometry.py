"""Measure the flux of the same noisy galaxies with everything at hand: how well, how fast.

Our flux CNN, trained here on 6,000 simulated galaxies, against the sum of the pixels, Kron
photometry (``sep``), a circular aperture (``photutils``) and a Sersic profile fit (``astropy``,
without the seeing, as most quick fits are done). ``accuracy`` rows compare mean squared errors of
log10 flux, all other rows galaxies a second; ``headline`` is the speed against the profile fit.
"""

import warnings
from collections.abc import Callable

import click
import numpy as np
import sep
from astropy.modeling.fitting import TRFLSQFitter
from astropy.modeling.models import Sersic2D
from photutils.aperture import CircularAperture, aperture_photometry

from benchmarks import harness
from galflux_edu import sky
from galflux_edu.flux import Recipe, train_flux
from galflux_edu.measure import log_flux, pixel_sum
from galflux_edu.metrics import mse
from galflux_edu.runs import simulate_in_memory

GALAXIES, TRAINED_ON, FITTED = 8000, 6000, 12
APERTURE_PIXELS = 60  # 10 arcsec: three half-light radii of the largest galaxy
CENTRE = 71.0  # of a stamp of 143 pixels


def kron(images: np.ndarray) -> np.ndarray:
    """Return the light within 2.5 Kron radii of the brightest source, or of the stamp."""
    fluxes = pixel_sum(images)
    for i, image in enumerate(images.astype(np.float64)):
        sources = sep.extract(image, 1.5, err=0.05)
        if len(sources):
            best = sources[np.argmax(sources["flux"])]
            shape = [np.atleast_1d(best[name]) for name in ("x", "y", "a", "b", "theta")]
            radius, _ = sep.kron_radius(image, *shape, 6.0)
            fluxes[i] = sep.sum_ellipse(image, *shape, 2.5 * radius)[0][0]
    return fluxes


def aperture(images: np.ndarray) -> np.ndarray:
    """Return the counts within 60 pixels of the centre."""
    circle = CircularAperture((CENTRE, CENTRE), APERTURE_PIXELS)
    return np.asarray([aperture_photometry(i, circle)["aperture_sum"][0] for i in images])


def fit_profile(images: np.ndarray) -> np.ndarray:
    """Return the fluxes of fitted Sersic profiles, summed over the stamp."""
    y, x = np.mgrid[:143, :143].astype(float)
    fluxes = []
    for image in images:
        start = Sersic2D(
            amplitude=max(image.max() / 10, 0.01), r_eff=8, n=2, x_0=CENTRE, y_0=CENTRE,
            ellip=0.3, theta=0, bounds={"n": (0.3, 8), "r_eff": (0.5, 100), "ellip": (0, 0.95)},
        )  # fmt: skip
        fluxes.append(TRFLSQFitter()(start, x, y, image, maxiter=200)(x, y).sum())
    return np.asarray(fluxes)


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")  # fits that do not converge count as they are
    data = simulate_in_memory(sky.survey("hsc"), GALAXIES, seed=5)
    rows = np.arange(GALAXIES)
    recipe = Recipe(steps=250, learning_rate=2e-3)
    model, _ = train_flux(data, rows[:TRAINED_ON], rows[TRAINED_ON : TRAINED_ON + 500], recipe)
    tested = rows[TRAINED_ON + 500 :]
    images, inputs = data.images(tested), data.inputs(tested)
    truth = data.catalogue["log_total_flux"].to_numpy()[tested]
    model.predict(inputs)  # compile

    def ours() -> float:
        return len(tested) / harness.seconds(lambda: model.predict(inputs))

    cnn_mse = mse(model.predict(inputs), truth)
    table = []
    for case, peer, method, number in (
        ("headline", "astropy-sersic2d", fit_profile, FITTED),
        ("speed", "sep-kron", kron, 200),
        ("speed", "photutils-aperture", aperture, 200),
        ("speed", "pixel-sum", pixel_sum, len(tested)),
    ):
        measured: list[np.ndarray] = []

        def theirs(
            method: Callable = method, number: int = number, measured: list = measured
        ) -> float:
            seconds = harness.seconds(lambda: measured.append(method(images[:number])))
            return number / seconds

        table.append(harness.row(case, peer, ours, theirs, "galaxies/s"))
        their_mse = mse(log_flux(measured[0]), truth[:number])
        table.append(
            {
                "case": "accuracy",
                "peer": peer,
                "ratio": their_mse / cnn_mse,
                "ours": cnn_mse,
                "theirs": their_mse,
                "unit": "dex^2",
            }
        )
    packages = ["galflux", "jax", "numpy", "sep", "photutils", "astropy"]
    harness.report("photometry", table, packages, as_json)


if __name__ == "__main__":
    main()
