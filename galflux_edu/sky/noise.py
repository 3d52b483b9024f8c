"""What a detector adds: photon counting and the sky."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float

from ..engine import Array, array_namespace, fold_in, normal, poisson, random_key


def add_noise(
    images: Float[Array, "N H W"],
    sky_sigma_adu: Float[Array, " N"],
    electrons_per_adu: float,
    key: Array | int,
) -> Float[Array, "N H W"]:
    r"""Add Poisson noise of the galaxy's own light, then Gaussian noise of the sky.

    .. math:: y = \mathrm{Poisson}(g\,x) / g + \sigma\,\epsilon

    Parameters
    ----------
    images
        Noiseless images in ADU. Values below zero, which only rounding makes, count as zero.
    sky_sigma_adu
        Standard deviation of the background in ADU a pixel, one value an image.
    electrons_per_adu
        Gain g.
    key
        Engine randomness.

    Returns
    -------
    array of the same shape and dtype.
    """
    xp = array_namespace(images)
    electrons = xp.where(images > 0, images, 0.0 * images) * electrons_per_adu
    counted = poisson(fold_in(key, 0), electrons) / electrons_per_adu
    return counted + sky_sigma_adu[:, None, None] * normal(fold_in(key, 1), images)


def add_noise_per_galaxy(
    images: Float[np.ndarray, "N H W"],
    sky_sigma_adu: Float[np.ndarray, " N"],
    electrons_per_adu: float,
    seed: int,
    first: int = 0,
) -> Float[np.ndarray, "N H W"]:
    """Add noise to each image by itself, with NumPy's generators.

    The noise of an image depends on `seed` and on its number, counted from `first`, and not on
    how a catalogue is cut into batches. The other parameters are those of `add_noise`.
    """

    def observe_one(i: int) -> np.ndarray:
        key = fold_in(random_key(seed, "numpy"), first + i)
        row = slice(i, i + 1)
        return add_noise(images[row], sky_sigma_adu[row], electrons_per_adu, key)

    # NumPy's generators let go of the interpreter lock, so threads share the work.
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(observe_one, range(len(images)))))
