"""Measure the flux of the same noisy galaxies with everything at hand: how well, how fast.

Our networks, trained here on 6,000 simulated galaxies, against the sum of the pixels, Kron
photometry (``sep``), a circular aperture (``photutils``) and a Sersic profile fit (``astropy``,
without the seeing, as most quick fits are done). ``accuracy`` rows compare mean squared errors of
log10 flux, the others galaxies a second; ``headline`` is the flux CNN against the profile fit.
"""

import warnings
from collections.abc import Callable, Iterator

import click
import numpy as np
import sep
from astropy.modeling.fitting import TRFLSQFitter
from astropy.modeling.models import Sersic2D
from photutils.aperture import CircularAperture, aperture_photometry

from benchmarks import harness
from galflux_edu import sky
from galflux_edu.datasets.simulate import simulate_in_memory
from galflux_edu.flux import FluxModel, Recipe, train_flux
from galflux_edu.measure import log_flux, pixel_sum
from galflux_edu.metrics import mse

GALAXIES, TRAINED_ON, FITTED = 8000, 6000, 12
APERTURE_PIXELS = 60  # 10 arcsec: three half-light radii of the largest galaxy
RECIPES = (
    Recipe(steps=250, learning_rate=2e-3),
    Recipe(model="course-best", dropout=0.0, input_scaling="raw", epochs=15),
)
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


def compare(
    peer: str, method: Callable, number: int, images: np.ndarray, predicted: dict, predict: dict
) -> Iterator[dict]:
    """Yield speed and accuracy of each network against another method, on the same galaxies."""
    images, truth = images[:number], predicted["truth"][:number]
    measured: list[np.ndarray] = []

    def theirs() -> float:
        return number / harness.seconds(lambda: measured.append(method(images)))

    for model, ours in predict.items():
        headline = (model, peer) == ("flux-cnn", "astropy-sersic2d")
        case = "headline" if headline else f"speed {model}"
        yield harness.row(case, peer, ours, theirs, "galaxies/s")
    their_mse = mse(log_flux(measured[0]), truth)
    for model in predict:
        our_mse = mse(predicted[model][:number], truth)
        yield {
            "case": f"accuracy {model}",
            "peer": peer,
            "ratio": their_mse / our_mse,
            "ours": our_mse,
            "theirs": their_mse,
            "unit": "dex^2",
        }


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def main(as_json: bool) -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")  # fits that do not converge count as they are
    data = simulate_in_memory(sky.survey("hsc"), GALAXIES, seed=5)
    train, validation, tested = np.split(np.arange(GALAXIES), [TRAINED_ON, TRAINED_ON + 500])
    images, inputs = data.images(tested), data.inputs(tested)
    predicted = {"truth": data.catalogue["log_total_flux"].to_numpy()[tested]}
    predict = {}
    for recipe in RECIPES:
        network, _ = train_flux(data, train, validation, recipe)
        predicted[recipe.model] = network.predict(inputs)  # compiles, too

        def ours(network: FluxModel = network) -> float:
            return len(tested) / harness.seconds(lambda: network.predict(inputs))

        predict[recipe.model] = ours
    methods = (
        ("astropy-sersic2d", fit_profile, FITTED),
        ("sep-kron", kron, 200),
        ("photutils-aperture", aperture, 200),
        ("pixel-sum", pixel_sum, len(tested)),
    )
    table = [
        row
        for each in methods
        for row in compare(*each, images=images, predicted=predicted, predict=predict)
    ]
    packages = ["galflux", "jax", "numpy", "sep", "photutils", "astropy"]
    harness.report("photometry", table, packages, as_json)


if __name__ == "__main__":
    main()
